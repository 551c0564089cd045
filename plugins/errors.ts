import fp from 'fastify-plugin'
import { errorAnswer } from '../src/error-answer.ts'

/** Gives every error the one shape that clients know, and every answer the id that its line in the log carries. */
export default fp(
  async (app) => {
    const notFound = () => app.httpErrors.notFound('There is nothing here; GET / lists what there is')

    app.addHook('onRequest', (request, reply, done) => {
      reply.header('x-request-id', request.id)
      // At once, before the body is read. The router takes an empty part of a path for a parameter too.
      const isNothing = request.is404 || Object.values(request.params as object).includes('')
      done(isNothing ? notFound() : undefined)
    })

    app.setErrorHandler<Error>((error, request, reply) => {
      const { statusCode, headers, body } = errorAnswer(error, request.id)
      reply.code(statusCode).headers(headers).send(body)
    })

    app.setNotFoundHandler(() => {
      throw notFound()
    })
  },
  { name: 'errors', dependencies: ['sensible', 'observation'] }
)
