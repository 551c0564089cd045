import fp from 'fastify-plugin'
import { SupabaseClient } from '../src/supabase/client.ts'
import { DataApi } from '../src/supabase/data-api.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The client of Supabase's Data API, over the pool, for work outside a request. */
    supabase: SupabaseClient
  }
  interface FastifyRequest {
    /**
     * The same on behalf of the caller: with the caller's own token where the route reads one, until the client disconnects,
     * and with what log, metrics and traces need.
     */
    readonly supabase: SupabaseClient
    /** Made when `supabase` is first read. */
    cachedSupabase: SupabaseClient | null
  }
}

/** Decorates the instance and its requests with clients of Supabase's Data API. */
export default fp(
  async (app) => {
    const { config, project, pool } = app
    const api = new DataApi({
      url: project.url,
      dispatcher: pool,
      timeout: config.SUPABASE_REQUEST_TIMEOUT * 1000,
      coalesce: config.COALESCE_READS,
      budget: app.responseMemory,
      cache: app.responseCache,
      observe: app.observeUpstream,
      keys: {
        get current() {
          return project.keys
        },
        reload: app.reloadKeys
      }
    })
    app.decorate('supabase', new SupabaseClient(api))
    app.decorateRequest('cachedSupabase', null)
    app.decorateRequest('supabase', {
      getter() {
        if (this.cachedSupabase) return this.cachedSupabase
        // Each request to Supabase listens for the client's disconnect, and a route may send many at a time.
        this.response.setMaxListeners(0)
        this.cachedSupabase = new SupabaseClient(api, this)
        return this.cachedSupabase
      }
    })
  },
  {
    name: 'supabase',
    dependencies: [
      'caller-id',
      'client-signal',
      'config',
      'key-rotation',
      'observability',
      'pool',
      'project',
      'response-cache',
      'response-memory',
      'user-token'
    ]
  }
)
