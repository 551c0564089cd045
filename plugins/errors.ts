import fp from 'fastify-plugin'
import { errorAnswer } from '../src/http/error-response.ts'

/** Gives every error the one shape that clients know, and every answer the id that its line in the log carries. */
export default fp(
  async (app) => {
    app.addHook('onRequest', (request, reply, done) => {
      reply.header('x-request-id', request.id)
      done()
    })

    app.setErrorHandler<Error>((error, request, reply) => {
      const { statusCode, headers, body } = errorAnswer(error, request.id)
      reply.code(statusCode).headers(headers).send(body)
    })
  },
  { name: 'errors', dependencies: ['observation', 'security-headers'] }
)
