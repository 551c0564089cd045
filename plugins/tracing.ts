import { readFileSync } from 'node:fs'
import fp from 'fastify-plugin'
import type { Environment } from '../src/config.ts'
import type { Tracing } from '../src/observability/tracing.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Traces by OTLP, if `OTEL_EXPORTER_OTLP_ENDPOINT` is set. */
    tracing: Tracing | undefined
  }
}

const { name, version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

/** How long the last traces may take to be exported at shutdown. */
const EXPORT_TIMEOUT_MS = 750

/** Traces requests if it knows where to send them; otherwise OpenTelemetry's SDK is not even loaded. */
export default fp<{ environment: Environment }>(
  async (app, { environment }) => {
    if (!app.config.OTEL_EXPORTER_OTLP_ENDPOINT) {
      app.decorate('tracing', undefined)
      return
    }
    // OpenTelemetry's packages read `process.env`, and these may come from a file.
    for (const [variable, value] of Object.entries(environment)) {
      if (variable.startsWith('OTEL_') && value) process.env[variable] = value
    }
    const { Tracing } = await import('../src/observability/tracing.ts')
    const tracing = new Tracing({ name, version, upstream: app.project.url, log: app.log })
    app.decorate('tracing', tracing)
    // After the last response: these hooks run when the server has closed.
    app.addHook('onClose', () => tracing.close(EXPORT_TIMEOUT_MS))
  },
  { name: 'tracing', dependencies: ['config', 'project'] }
)
