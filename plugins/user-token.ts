import type { onRequestHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { parseBearerToken } from '../src/http/bearer-token.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Reads the caller's own bearer token into `request.userToken`; rejects any other `Authorization` with 401. */
    readUserToken: onRequestHookHandler
  }
  interface FastifyRequest {
    /** The caller's own JWT, sent to Supabase beside the project's key. */
    userToken: string | undefined
  }
}

/** Accepts `Authorization: Bearer <a user's JWT>`, so that row level security sees that user. */
export default fp(
  async (app) => {
    app.decorateRequest('userToken', undefined)

    app.decorate('readUserToken', (request, _reply, done) => {
      const isGiven = request.headers.authorization !== undefined
      if (isGiven) request.userToken = parseBearerToken(request)
      done(
        isGiven && !request.userToken ? app.httpErrors.unauthorized('Authorization must be a bearer token') : undefined
      )
    })
  },
  { name: 'user-token', dependencies: ['sensible'] }
)
