import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    /** Resolves when Supabase can be reached with both keys, else rejects with a 503 that says why not. */
    checkReadiness(): Promise<void>
  }
}

/** How long an answer is good for, in milliseconds: many may ask, Supabase is asked once. */
const FRESH = 1_000

/** Knows whether the service can do its work. */
export default fp(
  async (app) => {
    let check: Promise<void> | undefined
    let staleAt = 0

    app.decorate('checkReadiness', () => {
      if (!check || performance.now() > staleAt) {
        staleAt = Number.POSITIVE_INFINITY
        check = app.supabase
          .check('molecules')
          .catch((cause: Error) => {
            const message = `Not ready: ${cause.message}`
            throw app.httpErrors.createError(503, message, { code: 'NOT_READY', expose: true, cause })
          })
          .finally(() => {
            staleAt = performance.now() + FRESH
          })
      }
      return check
    })
  },
  { name: 'readiness', dependencies: ['sensible', 'supabase'] }
)
