import { isIP } from 'node:net'
import rateLimit, { normalizeIP } from '@fastify/rate-limit'
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** For machines that ask all the time: not counted against a client's limit, and answered under any load. */
    vital?: boolean
  }
}

/** A minute, in milliseconds. */
const WINDOW = 60_000
/** Clients that are remembered at a time; whoever has been quiet for longest is forgotten first. */
const CLIENTS = 10_000

/**
 * Limits how much one client may ask, by `RATE_LIMIT`: https://github.com/fastify/fastify-rate-limit. By a hook of its own,
 * so that it comes before all checks and counts what is refused and what is not found too.
 */
export default fp(
  async (app) => {
    const { RATE_LIMIT } = app.config
    if (!RATE_LIMIT) return
    await app.register(rateLimit, {
      global: false,
      max: RATE_LIMIT,
      timeWindow: WINDOW,
      cache: CLIENTS,
      // Where a proxy passes on what a client says of itself, that may be any text of any length.
      keyGenerator: ({ ip, socket }) => normalizeIP(isIP(ip) ? ip : String(socket.remoteAddress))
    })
    const count = app.createRateLimit()

    app.addHook('onRequest', async (request, reply) => {
      if (request.routeOptions.config.vital) return
      // Nobody is on a list of those who may ask without being counted.
      const usage = (await count(request)) as Extract<Awaited<ReturnType<typeof count>>, { isAllowed: false }>
      const { max, remaining, ttlInSeconds, isExceeded } = usage
      reply.headers({ 'ratelimit-limit': max, 'ratelimit-remaining': remaining, 'ratelimit-reset': ttlInSeconds })
      if (!isExceeded) return
      reply.header('retry-after', ttlInSeconds)
      throw app.httpErrors.tooManyRequests(`This is more than ${max} requests in a minute`)
    })
  },
  { name: 'rate-limit', dependencies: ['config', 'cors', 'errors', 'sensible'] }
)
