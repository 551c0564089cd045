import { monitorEventLoopDelay } from 'node:perf_hooks'
import fp from 'fastify-plugin'
import { ServiceError } from '../src/http/service-errors.ts'

/** How often the event loop's delay is sampled; a sample on time counts as this much. Each wakes an idle process. */
const RESOLUTION_MS = 20
const CHECK_INTERVAL_MS = 1_000

/**
 * Rejects callers while the event loop is so late that it could not serve them in time either. As
 * `@fastify/under-pressure` measures it, whose timer also reads the memory in use, which throws without a free file
 * descriptor.
 */
export default fp(
  async (app) => {
    const maxDelayMs = app.config.MAX_EVENT_LOOP_DELAY * 1000
    const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
    let overloaded = false
    let checkedAt = performance.now()

    const startSampling = () => {
      checkedAt = performance.now()
      delay.reset()
    }
    delay.enable()
    const timer = setInterval(() => {
      // Without a sample the loop has hardly turned since the last check.
      const delayMs = Number.isNaN(delay.mean) ? performance.now() - checkedAt : delay.mean / 1e6 - RESOLUTION_MS
      overloaded = delayMs > maxDelayMs
      startSampling()
    }, CHECK_INTERVAL_MS).unref()

    // The start blocks the event loop, which is no overload.
    app.addHook('onListen', async () => {
      overloaded = false
      startSampling()
    })

    app.addHook('onRequest', (request, _reply, done) => {
      done(overloaded && !request.routeOptions.config.exempt ? new ServiceError('OVERLOADED') : undefined)
    })

    app.addHook('onClose', async () => {
      clearInterval(timer)
      delay.disable()
    })
  },
  { name: 'load-shedding', dependencies: ['config'] }
)
