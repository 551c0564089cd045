import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { noQuery } from '../../src/schemas.ts'

const metrics: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '',
    {
      onRequest: app.requireAdminIfSet,
      schema: {
        summary: 'Metrics',
        description: 'The figures of the service in the text format of Prometheus.',
        querystring: noQuery
      },
      // Asked every few seconds by a machine.
      logLevel: 'warn'
    },
    async (_request, reply) => {
      reply.type(app.metrics.contentType)
      return app.metrics.exposition()
    }
  )
}

export default metrics
