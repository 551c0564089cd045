import { readFileSync } from 'node:fs'
import fp from 'fastify-plugin'
import { HeaderConnectionPool } from '../src/pool/header-connection-pool.ts'
import { socketTransports } from '../src/pool/transport.ts'
import { headerSets } from '../src/supabase/keys.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The pool of connections to Supabase, an undici `Dispatcher`. */
    pool: HeaderConnectionPool
  }
}

const { name, version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

/** How long opening a connection may take, in milliseconds. */
const CONNECT_TIMEOUT = 5_000
/** How long a connection beyond the minimum may idle, in milliseconds. */
const IDLE_TIMEOUT = 60_000
/** The largest answer that is read, in bytes: a page of 1,000 rows is well below it. */
const MAX_RESPONSE_SIZE = 16 * 1024 * 1024

/** Decorates the instance with the pool, and drains it when the instance closes. */
export default fp(
  async (app) => {
    const { config, project } = app
    const { origin } = new URL(project.url)
    const lifetime = config.DB_POOL_TIMEOUT * 1000
    const closeTimeout = config.SHUTDOWN_TIMEOUT * 1000
    const pool = new HeaderConnectionPool({
      origin,
      connect: socketTransports({
        origin,
        connectTimeout: CONNECT_TIMEOUT,
        keepAlive: lifetime,
        maxResponseSize: MAX_RESPONSE_SIZE
      }),
      credentials: () => headerSets(project.keys, `${name}/${version}`),
      minSize: config.DB_POOL_MIN_SIZE,
      maxSize: config.DB_POOL_MAX_SIZE,
      lifetime,
      acquireTimeout: config.DB_POOL_ACQUIRE_TIMEOUT * 1000,
      maxWaiting: config.DB_POOL_MAX_WAITING,
      idleTimeout: IDLE_TIMEOUT,
      closeTimeout,
      longLease: {
        // No request of the service's own takes that long.
        after: 2 * config.SUPABASE_REQUEST_TIMEOUT * 1000,
        report: (lease) => app.log.warn({ lease }, 'A connection has been borrowed for long and not been released')
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
