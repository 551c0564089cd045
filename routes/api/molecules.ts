import type { FastifyPluginAsync } from 'fastify'
import { molecules } from '../../src/resources/molecules.ts'

const routes: FastifyPluginAsync = async (app) => {
  app.serveList(molecules)
  app.serveItem(molecules)
}

export default routes
