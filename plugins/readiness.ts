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
    let askedAt = 0

    app.decorate('checkReadiness', () => {
      if (!check || performance.now() - askedAt > FRESH) {
        askedAt = performance.now()
        check = app.supabase.check('molecules').catch((cause: Error) => {
          throw app.httpErrors.createError(503, `Not ready: ${cause.message}`, {
            code: 'NOT_READY',
            expose: true,
            cause
          })
        })
      }
      return check
    })
  },
  { name: 'readiness', dependencies: ['sensible', 'supabase'] }
)
