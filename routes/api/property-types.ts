import type { FastifyPluginAsync } from 'fastify'
import { propertyTypes } from '../../src/resources/property-types.ts'

const routes: FastifyPluginAsync = async (app) => {
  app.serveList(propertyTypes)
  app.serveItem(propertyTypes)
}

export default routes
