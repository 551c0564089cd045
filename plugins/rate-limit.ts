import { isIP } from 'node:net'
import rateLimit, { normalizeIP } from '@fastify/rate-limit'
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** For machines that ask all the time: not counted against a client's limit, and answered under any load. */
    vital?: boolean
  }
  interface FastifyInstance {
    /** Counts a request against its client's limit, if there is one, and rejects with 429 when it is exceeded. */
    limitRate(request: FastifyRequest, reply: FastifyReply): Promise<void>
  }
}

const WINDOW_MS = 60_000
/** Clients that are remembered at a time; whoever has been quiet for longest is forgotten first. */
const MAX_CLIENTS = 10_000

/**
 * Limits how much one client may ask, by `RATE_LIMIT`: https://github.com/fastify/fastify-rate-limit. By a hook of its own,
 * so that it comes before all checks and counts what is refused and what is not found too.
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
      keyGenerator: ({ ip, socket }) => normalizeIP(parseAddress(ip) ?? String(socket.remoteAddress))
    })
    const count = app.createRateLimit()

    app.decorate('limitRate', async (request, reply) => {
      if (request.routeOptions.config?.vital) return
      // Nobody is on a list of those who may ask without being counted.
      const usage = (await count(request)) as Extract<Awaited<ReturnType<typeof count>>, { isAllowed: false }>
      const { max, remaining, ttlInSeconds, isExceeded } = usage
      reply.headers({ 'ratelimit-limit': max, 'ratelimit-remaining': remaining, 'ratelimit-reset': ttlInSeconds })
      if (!isExceeded) return
      reply.header('retry-after', ttlInSeconds)
      throw app.httpErrors.tooManyRequests(`Rate limit of ${max} requests per minute exceeded`)
    })

    app.addHook('onRequest', app.limitRate)
  },
  { name: 'rate-limit', dependencies: ['config', 'cors', 'errors', 'sensible'] }
)

/**
 * The IP address in an entry of `X-Forwarded-For`, to which some proxies add a port: `192.0.2.1:5678`, `[2001:db8::1]:5678`.
 * `undefined` for any other text, of which a client could send a different one each time.
 */
function parseAddress(text: string): string | undefined {
  const address = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
  return isIP(address) ? address : undefined
}
