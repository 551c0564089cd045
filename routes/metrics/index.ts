import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { noQuery } from '../../src/http/schemas.ts'
import { getMetrics } from '../../src/openapi/service.ts'

const metrics: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '',
    {
      onRequest: app.requireAdminIfSet,
      schema: { querystring: noQuery },
      // Asked every few seconds by a machine.
      logLevel: 'warn',
      config: { operation: getMetrics, vital: true }
    },
    async (_request, reply) => {
      reply.type(app.metrics.contentType)
      return app.metrics.exposition()
    }
  )
}

export default metrics
