import type { onRequestAsyncHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { bearerToken } from '../src/bearer-token.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Reads the caller's own bearer token into `request.userToken`. */
    readUserToken: onRequestAsyncHookHandler
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
    app.decorate('readUserToken', async (request) => {
      if (request.headers.authorization === undefined) return
      request.userToken = bearerToken(request)
      if (!request.userToken) throw app.httpErrors.unauthorized('Authorization must be "Bearer" and a token')
    })
  },
  { name: 'user-token', dependencies: ['sensible'] }
)
