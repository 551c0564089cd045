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
    const timeout = app.config.SUPABASE_REQUEST_TIMEOUT * 1000
    app.decorate('supabase', new SupabaseClient({ url: app.project.url, dispatcher: app.pool, timeout }))
  },
  { name: 'supabase', dependencies: ['config', 'pool'] }
)
