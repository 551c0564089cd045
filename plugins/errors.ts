import fp from 'fastify-plugin'
import { toErrorResponse } from '../src/http/error-response.ts'

/** Gives every error the one shape that clients know, and every response the id that its log line has. */
export default fp(
  async (app) => {
    app.addHook('onRequest', (request, reply, done) => {
      reply.header('x-request-id', request.id)
      done()
    })

    app.setErrorHandler<Error>((error, request, reply) => {
      const { statusCode, headers, body } = toErrorResponse(error, request.id)
      reply.code(statusCode).headers(headers).send(body)
    })
  },
  { name: 'errors', dependencies: ['observability'] }
)
