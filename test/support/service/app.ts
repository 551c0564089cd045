import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { buildApp } from '../../../src/app.ts'
import { type Environment, loadConfig } from '../../../src/config.ts'
import { loggerOptions } from '../../../src/observability/logging.ts'
import { waitFor } from '../wait.ts'

/** Where tests share a processor, the event loop may be as late as it likes. */
export const noLoadShedding = { MAX_EVENT_LOOP_DELAY: '60' }

/** A project at which nothing listens, for tests that ask for no data: the embedded Supabase takes a second to load. */
export const noProject = { SUPABASE_URL: 'http://127.0.0.1:9', SUPABASE_KEY: 'key', DB_POOL_MIN_SIZE: '0' }

/** The service with these settings, closed when the test ends; `prepare` adds what a test needs beyond it. */
export async function startApp(
  t: Test,
  settings: Environment,
  log?: { lines: string[] },
  prepare?: (app: FastifyInstance) => void
): Promise<FastifyInstance> {
  const environment = { ...noLoadShedding, ...settings }
  const output = { write: (line: string) => void log?.lines.push(line), flushSync() {} }
  const logger = log && { ...loggerOptions(loadConfig(environment), output), level: 'trace' }
  const app = await buildApp({ environment, ...(logger && { logger }) })
  t.teardown(() => app.close())
  prepare?.(app)
  await app.ready()
  return app
}

/** Waits until all molecules can be searched by structure: on a busy machine their fingerprints take long. */
export async function waitForSearch(app: FastifyInstance): Promise<void> {
  const isComplete = async () => {
    const { headers } = await app.inject('/api/molecules?substructure=C&limit=1')
    return headers['x-search-complete'] === 'true'
  }
  await waitFor(isComplete, { what: 'all structures have been read', timeoutMs: 60_000 })
}
