import cors from '@fastify/cors'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'

/** How long a browser may remember what it may send. */
const PREFLIGHT_MAX_AGE_SECONDS = 600

/** Lets pages of the origins in `CORS_ORIGIN` read responses, and no others: https://github.com/fastify/fastify-cors */
export default fp(
  async (app) => {
    const { CORS_ORIGIN, GATEWAY } = app.config
    if (!CORS_ORIGIN) return
    const common = {
      origin: CORS_ORIGIN.split(',').map((origin) => origin.trim()),
      maxAge: PREFLIGHT_MAX_AGE_SECONDS
    }
    const reading = ['GET', 'HEAD']
    const options = {
      ...common,
      methods: reading,
      allowedHeaders: ['authorization', 'if-none-match', 'x-request-id', 'traceparent', 'tracestate'],
      exposedHeaders: [
        'age',
        'etag',
        'link',
        'ratelimit-limit',
        'ratelimit-remaining',
        'ratelimit-reset',
        'retry-after',
        'x-request-id',
        'x-search-complete',
        'x-total-count'
      ]
    }
    /** With any header that is asked for: functions and policies in the database may read it, and respond with any. */
    const gatewayOptions = {
      ...common,
      methods: GATEWAY === 'all' ? [...reading, 'POST', 'PUT', 'PATCH', 'DELETE'] : reading,
      exposedHeaders: '*'
    }
    const optionsFor = ({ url }: FastifyRequest) => (url.startsWith('/rest/v1/') ? gatewayOptions : options)
    const isPreflight = ({ method, headers }: FastifyRequest) =>
      method === 'OPTIONS' && headers['access-control-request-method'] !== undefined
    // The next hook responds to a preflight, before the rate limit of other requests, whose 429 needs the headers for CORS.
    app.addHook('onRequest', async (request, reply) => {
      if (isPreflight(request)) await app.limitRate(request, reply)
    })
    await app.register(cors, {
      // An OPTIONS that is no preflight is rejected by the routes, in the shape of all errors.
      delegator: (request, done) => done(null, { ...optionsFor(request), preflight: isPreflight(request) })
    })
  },
  { name: 'cors', dependencies: ['config'] }
)
