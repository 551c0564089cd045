import type { FastifyPluginAsync } from 'fastify'
import { experiments } from '../../src/resources/experiments.ts'

const routes: FastifyPluginAsync = async (app) => {
  app.serveList(experiments)
  app.serveItem(experiments)
}

export default routes
