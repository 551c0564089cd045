import underPressure from '@fastify/under-pressure'
import fp from 'fastify-plugin'

class OverloadedError extends Error {
  readonly statusCode = 503
  readonly code = 'OVERLOADED'
  readonly expose = true

  constructor() {
    super('The service has more to do than it can')
  }
}

/**
 * Turns callers away while the event loop is so late that it could not serve them in time either:
 * https://github.com/fastify/under-pressure
 */
export default fp(
  async (app) => {
    await app.register(underPressure, {
      maxEventLoopDelay: app.config.MAX_EVENT_LOOP_DELAY * 1000,
      pressureHandler: ({ routeOptions }) => {
        if (!routeOptions.config.vital) throw new OverloadedError()
      }
    })
  },
  // Last of all that takes time to start, which is no overload.
  { name: 'load-shedding', dependencies: ['config', 'cors', 'errors', 'supabase'] }
)
