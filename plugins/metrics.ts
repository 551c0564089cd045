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
    const { pool, responseMemory } = app
    app.decorate('metrics', new Metrics({ version, pool, responseMemory, droppedLines }))
  },
  { name: 'metrics', dependencies: ['pool', 'response-memory'] }
)
