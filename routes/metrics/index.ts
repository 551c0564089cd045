import type { FastifyPluginAsync } from 'fastify'
import { refersTo } from '../../src/http/error-responses.ts'
import { withHeaders } from '../../src/http/response-headers.ts'
import { noQuery } from '../../src/http/schemas.ts'

const schema = {
  operationId: 'getMetrics',
  summary: 'Get the metrics for Prometheus',
  description: 'Needs the admin token if there is one.',
  tags: ['Service'],
  security: [{}, { adminToken: [] }],
  querystring: noQuery,
  response: {
    200: {
      description: "All metrics, in Prometheus' text format",
      headers: withHeaders('x-request-id'),
      content: { 'text/plain': { schema: { type: 'string' } } }
    },
    ...refersTo({ 401: 'Unauthorized' })
  }
}

const routes: FastifyPluginAsync = async (app) => {
  app.get(
    '',
    // Polled every few seconds by a machine.
    { schema, onRequest: app.requireAdminIfSet, logLevel: 'warn', config: { exempt: true } },
    async (_request, reply) => {
      reply.type(app.metrics.contentType)
      return app.metrics.exposition()
    }
  )
}

export default routes
