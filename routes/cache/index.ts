import type { FastifyPluginAsync } from 'fastify'
import { refersTo } from '../../src/http/error-responses.ts'
import { withHeaders } from '../../src/http/response-headers.ts'
import { noQuery } from '../../src/http/schemas.ts'

const schema = {
  operationId: 'clearCache',
  summary: 'Empty the cache of responses',
  description: 'In production only with the admin token. Each process of the service has a cache of its own.',
  tags: ['Service'],
  security: [{}, { adminToken: [] }],
  querystring: noQuery,
  response: {
    204: { description: 'Nothing is cached, as ever where there is no cache', headers: withHeaders('x-request-id') },
    ...refersTo({ 401: 'Unauthorized', 403: 'Closed' })
  }
}

const routes: FastifyPluginAsync = async (app) => {
  // Whatever it is, nobody reads it.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))

  app.delete('', { schema, onRequest: [app.limitUnreadBody, app.requireAdmin] }, async (_request, reply) => {
    app.responseCache?.clear()
    reply.code(204)
  })
}

export default routes
