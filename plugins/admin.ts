import { createHash, timingSafeEqual } from 'node:crypto'
import type { onRequestAsyncHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { parseBearerToken } from '../src/http/bearer-token.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Admits only callers who present `ADMIN_TOKEN`; without that setting everybody, but nobody in production. */
    requireAdmin: onRequestAsyncHookHandler
    /** Does the same as `requireAdmin` if `ADMIN_TOKEN` is set, and admits everybody if not. */
    requireAdminIfSet: onRequestAsyncHookHandler
  }
}

/** Guards routes for operators with the bearer token of the settings. */
export default fp(
  async (app) => {
    const { ADMIN_TOKEN: token, NODE_ENV } = app.config
    // Digests are equally long, which a comparison in constant time needs.
    const expected = token && digest(token)

    app.decorate('requireAdminIfSet', async (request) => {
      if (expected && !timingSafeEqual(expected, digest(parseBearerToken(request) ?? ''))) {
        throw app.httpErrors.unauthorized('Admin bearer token required')
      }
    })

    app.decorate('requireAdmin', async (request, reply) => {
      if (!expected && NODE_ENV === 'production') {
        throw app.httpErrors.forbidden('Closed in production until ADMIN_TOKEN is set')
      }
      await app.requireAdminIfSet.call(app, request, reply)
    })
  },
  { name: 'admin', dependencies: ['config', 'sensible'] }
)

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
