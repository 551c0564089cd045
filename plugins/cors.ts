import cors from '@fastify/cors'
import fp from 'fastify-plugin'

/** For how long a browser may remember what it may send, in seconds. */
const PREFLIGHT = 600

/** Lets pages of the origins in `CORS_ORIGIN` read the answers, and no others: https://github.com/fastify/fastify-cors */
export default fp(
  async (app) => {
    const { CORS_ORIGIN } = app.config
    if (!CORS_ORIGIN) return
    const options = {
      origin: CORS_ORIGIN.split(',').map((origin) => origin.trim()),
      methods: ['GET', 'HEAD'],
      allowedHeaders: ['authorization', 'if-none-match', 'x-request-id', 'traceparent', 'tracestate'],
      exposedHeaders: [
        'etag',
        'link',
        'ratelimit-limit',
        'ratelimit-remaining',
        'ratelimit-reset',
        'retry-after',
        'x-request-id',
        'x-total-count'
      ],
      maxAge: PREFLIGHT
    }
    const noPreflight = { ...options, preflight: false }
    await app.register(cors, {
      // An OPTIONS that is no preflight is refused by the routes, in the shape of all errors.
      delegator: ({ headers }, done) => done(null, headers['access-control-request-method'] ? options : noPreflight)
    })
  },
  { name: 'cors', dependencies: ['config', 'errors'] }
)
