import { readFileSync } from 'node:fs'
import fp from 'fastify-plugin'
import { HeaderConnectionPool } from '../src/pool/header-connection-pool.ts'
import { createSocketConnect } from '../src/pool/transport.ts'
import { UPSTREAM_NAME } from '../src/supabase/errors.ts'
import { headerSets } from '../src/supabase/keys.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The pool of connections to Supabase, an undici `Dispatcher`. */
    pool: HeaderConnectionPool
  }
}

const { name, version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

/** How long opening a connection may take. */
const CONNECT_TIMEOUT_MS = 5_000
/** How long a connection beyond the minimum may idle. */
const IDLE_TIMEOUT_MS = 60_000

/** Decorates the instance with the pool, and drains it when the instance closes. */
export default fp(
  async (app) => {
    const { config, project } = app
    const { origin } = new URL(project.url)
    const lifetime = config.DB_POOL_TIMEOUT * 1000
    const closeTimeout = config.SHUTDOWN_TIMEOUT * 1000
    const pool = new HeaderConnectionPool({
      name: UPSTREAM_NAME,
      origin,
      connect: createSocketConnect({ origin, connectTimeout: CONNECT_TIMEOUT_MS, keepAlive: lifetime }),
      credentials: () => headerSets(project.keys, `${name}/${version}`),
      minSize: config.DB_POOL_MIN_SIZE,
      maxSize: config.DB_POOL_MAX_SIZE,
      lifetime,
      acquireTimeout: config.DB_POOL_ACQUIRE_TIMEOUT * 1000,
      maxWaiting: config.DB_POOL_MAX_WAITING,
      idleTimeout: IDLE_TIMEOUT_MS,
      closeTimeout,
      leakDetection: {
        // No request of the service's own takes that long.
        threshold: 2 * config.SUPABASE_REQUEST_TIMEOUT * 1000,
        report: ({ callSite, duration }) => {
          const [at] = callSite.split('\n', 1)
          const lease = { call_site: callSite, duration_ms: Math.round(duration) }
          app.log.warn({ lease }, `Possible connection leak: acquired ${Math.round(duration / 1000)} s ago at ${at}`)
        }
      }
    })
    app.decorate('pool', pool)

    let unreachable = false
    pool.on('connectionError', (_origin, _targets, error) => {
      if (!unreachable) app.log.error({ err: error }, 'Supabase cannot be reached')
      unreachable = true
    })
    pool.on('connect', () => {
      if (unreachable) app.log.info('Supabase can be reached again')
      unreachable = false
    })

    app.addHook('onClose', () => pool.close())
  },
  { name: 'pool', dependencies: ['config', 'project'] }
)
