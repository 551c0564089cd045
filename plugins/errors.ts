import fp from 'fastify-plugin'
import { errorAnswer } from '../src/error-answer.ts'
import { SupabaseError } from '../src/supabase/errors.ts'

/** Gives every error the one shape that clients know, and every answer the id that its log lines carry. */
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
      const upstream = error instanceof SupabaseError ? error.upstream : undefined
      if (request.socket.destroyed) request.log.info('The client left before it was answered')
      else if (statusCode >= 500) request.log.error({ err: error, upstream }, body.message)
      reply.code(statusCode).headers(headers).send(body)
    })

    app.setNotFoundHandler(() => {
      throw notFound()
    })
  },
  { name: 'errors', dependencies: ['sensible'] }
)
