import { createHash, timingSafeEqual } from 'node:crypto'
import type { onRequestAsyncHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { bearerToken } from '../src/http/bearer-token.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Lets only a caller pass who presents `ADMIN_TOKEN`; passes everybody when none is set, outside production. */
    requireAdmin: onRequestAsyncHookHandler
    /** Does the same as `requireAdmin` if `ADMIN_TOKEN` is set, and passes everybody if not. */
    requireAdminIfSet: onRequestAsyncHookHandler
  }
}

/** Guards what is not for everybody with the bearer token of the settings. */
export default fp(
  async (app) => {
    const { ADMIN_TOKEN: token, NODE_ENV } = app.config
    // Digests are equally long, which a comparison in constant time needs.
    const expected = token && digest(token)

    app.decorate('requireAdminIfSet', async (request) => {
      if (expected && !timingSafeEqual(expected, digest(bearerToken(request) ?? ''))) {
        throw app.httpErrors.unauthorized('This needs the admin token as a bearer token')
      }
    })

    app.decorate('requireAdmin', async (request, reply) => {
      if (!expected && NODE_ENV === 'production') {
        throw app.httpErrors.forbidden('This is closed in production until ADMIN_TOKEN is set')
      }
      await app.requireAdminIfSet.call(app, request, reply)
    })
  },
  { name: 'admin', dependencies: ['config', 'sensible'] }
)

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
