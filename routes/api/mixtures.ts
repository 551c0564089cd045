import type { FastifyPluginAsync } from 'fastify'
import { mixtures } from '../../src/resources/mixtures.ts'

const routes: FastifyPluginAsync = async (app) => {
  app.serveList(mixtures)
  app.serveItem(mixtures)
}

export default routes
