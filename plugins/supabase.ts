import fp from 'fastify-plugin'
import { SupabaseClient } from '../src/supabase/client.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The client of Supabase's Data API, over the pool. */
    supabase: SupabaseClient
  }
}

/** Decorates the instance with the Supabase client. */
export default fp(
  async (app) => {
    const { config, project, pool } = app
    app.decorate(
      'supabase',
      new SupabaseClient({
        url: project.url,
        dispatcher: pool,
        timeout: config.SUPABASE_REQUEST_TIMEOUT * 1000,
        coalesce: config.COALESCE_READS,
        budget: app.responseMemory,
        observe: app.observeUpstream,
        keys: {
          get current() {
            return project.keys
          },
          reload: app.reloadKeys
        }
      })
    )
  },
  { name: 'supabase', dependencies: ['config', 'project', 'pool', 'key-rotation', 'observation', 'response-memory'] }
)
