import fp from 'fastify-plugin'
import { Gateway } from '../src/gateway/gateway.ts'
import { TableAllowlist } from '../src/gateway/table-allowlist.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Passes requests to Supabase's Data API on, unless `GATEWAY` is off. */
    gateway: Gateway | undefined
  }
}

/** Decorates the instance with the gateway to the Data API, as far as `GATEWAY` and `GATEWAY_TABLES` open it. */
export default fp(
  async (app) => {
    const { GATEWAY, GATEWAY_TABLES, SUPABASE_REQUEST_TIMEOUT, CLIENT_TIMEOUT, COALESCE_READS, DB_POOL_MAX_SIZE } =
      app.config
    const names = GATEWAY_TABLES?.split(',').map((name) => name.trim())
    const gateway = new Gateway({
      project: app.project,
      dispatcher: app.pool,
      timeout: SUPABASE_REQUEST_TIMEOUT * 1000,
      readerTimeout: CLIENT_TIMEOUT * 1000,
      budget: app.responseMemory,
      // The others are for everybody else.
      maxSlowClients: Math.max(1, Math.floor(DB_POOL_MAX_SIZE / 2)),
      coalesce: COALESCE_READS,
      cache: app.responseCache,
      observe: app.observeUpstream,
      allowlist: names && new TableAllowlist(names)
    })
    app.decorate('gateway', GATEWAY === 'off' ? undefined : gateway)
  },
  { name: 'gateway', dependencies: ['config', 'project', 'pool', 'observability', 'response-cache', 'response-memory'] }
)
