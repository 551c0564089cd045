import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { buildApp } from '../../src/app.ts'
import type { Environment } from '../../src/config.ts'

/** The service with these settings, closed when the test ends. */
export async function startApp(t: Test, environment: Environment, log?: { lines: string[] }): Promise<FastifyInstance> {
  const stream = log && { write: (line: string) => log.lines.push(line) }
  const app = await buildApp({ environment, ...(stream && { logger: { stream, level: 'trace' } }) })
  t.teardown(() => app.close())
  await app.ready()
  return app
}
