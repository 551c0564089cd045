import { readFileSync } from 'node:fs'
import fp from 'fastify-plugin'
import { Metrics } from '../src/observability/metrics.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The service's metrics, for `GET /metrics`. */
    metrics: Metrics
  }
}

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

/** Decorates the instance with its metrics. */
export default fp<{ droppedLines: () => number }>(
  async (app, { droppedLines }) => {
    const { pool, responseCache, responseMemory } = app
    app.decorate('metrics', new Metrics({ version, pool, responseCache, responseMemory, droppedLines }))
  },
  { name: 'metrics', dependencies: ['pool', 'response-cache', 'response-memory'] }
)
