import type { onRequestHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { bearerToken } from '../src/http/bearer-token.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Reads the caller's own bearer token into `request.userToken`. */
    readUserToken: onRequestHookHandler
  }
  interface FastifyRequest {
    /** The caller's own JWT, to be sent to Supabase beside the project's key. */
    userToken: string | undefined
  }
}

/** Understands `Authorization: Bearer <a user's JWT>`, so that row level security sees that user. */
export default fp(
  async (app) => {
    app.decorateRequest('userToken', undefined)
    app.decorate('readUserToken', (request, _reply, done) => {
      const isGiven = request.headers.authorization !== undefined
      if (isGiven) request.userToken = bearerToken(request)
      done(
        isGiven && !request.userToken
          ? app.httpErrors.unauthorized('Authorization must be "Bearer" and a token')
          : undefined
      )
    })
  },
  { name: 'user-token', dependencies: ['sensible'] }
)
