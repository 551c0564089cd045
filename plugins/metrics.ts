import { readFileSync } from 'node:fs'
import fp from 'fastify-plugin'
import { Metrics } from '../src/observability/metrics.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The service's figures, for `GET /metrics`. */
    metrics: Metrics
  }
}

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

/** Decorates the instance with its metrics. */
export default fp<{ droppedLines: () => number }>(
  async (app, { droppedLines }) => {
    const sources = {
      version,
      pool: app.pool,
      coalesced: () => app.supabase.coalesced,
      responseMemory: () => app.responseMemory,
      droppedLines
    }
    app.decorate('metrics', new Metrics(sources))
  },
  { name: 'metrics', dependencies: ['pool'] }
)
