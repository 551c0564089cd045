import rateLimit from '@fastify/rate-limit'
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** For machines that poll: not counted against a client's limit, and served under any load. */
    exempt?: boolean
  }
  interface FastifyInstance {
    /** Counts a request against its client's limit, if there is one, and rejects with 429 when it is exceeded. */
    limitRate(request: FastifyRequest, reply: FastifyReply): Promise<void>
  }
}

const WINDOW_MS = 60_000
/** Clients that are remembered at a time; the least recent is forgotten first. */
const MAX_CLIENTS = 10_000

/**
 * Limits the requests of one client to `RATE_LIMIT` per minute: https://github.com/fastify/fastify-rate-limit. By a hook of
 * its own, so that it also counts what is rejected and what is not found.
 */
export default fp(
  async (app) => {
    const { RATE_LIMIT } = app.config
    if (!RATE_LIMIT) {
      app.decorate('limitRate', async () => {})
      return
    }
    await app.register(rateLimit, {
      global: false,
      max: RATE_LIMIT,
      timeWindow: WINDOW_MS,
      cache: MAX_CLIENTS,
      keyGenerator: ({ raw }) => app.getClientAddress(raw)
    })
    const count = app.createRateLimit()

    app.decorate('limitRate', async (request, reply) => {
      if (request.routeOptions.config?.exempt) return
      // There is no allow list, for which the type has another member.
      const usage = (await count(request)) as Extract<Awaited<ReturnType<typeof count>>, { isAllowed: false }>
      const { max, remaining, ttlInSeconds, isExceeded } = usage
      reply.headers({ 'ratelimit-limit': max, 'ratelimit-remaining': remaining, 'ratelimit-reset': ttlInSeconds })
      if (!isExceeded) return
      reply.header('retry-after', ttlInSeconds)
      throw app.httpErrors.tooManyRequests(`Rate limit of ${max} requests per minute exceeded`)
    })

    app.addHook('onRequest', app.limitRate)
  },
  { name: 'rate-limit', dependencies: ['client-address', 'config', 'sensible'] }
)
