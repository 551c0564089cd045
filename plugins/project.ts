import fp from 'fastify-plugin'
import { ConfigError } from '../src/config.ts'
import type { Keys } from '../src/supabase/keys.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The Supabase project that the service stands in front of. */
    project: {
      readonly url: string
      /** True for the demonstration project that runs in this process. */
      readonly embedded: boolean
      /** The current keys. */
      keys: Keys
    }
  }
}

/** The project of the settings or, without one, an embedded Supabase with real cryoprotectants. */
export default fp(
  async (app) => {
    const { SUPABASE_URL: url, SUPABASE_KEY: anon = '', SUPABASE_SERVICE_KEY: service = anon } = app.config
    if (url) {
      app.decorate('project', { url, embedded: false, keys: { anon, service } })
      return
    }
    const { startEmbeddedSupabase } = await importEmbedded()
    const supabase = await startEmbeddedSupabase((text) => app.log.debug({ text }, 'Embedded Supabase'))
    app.decorate('project', { ...supabase, embedded: true })
    app.addHook('onClose', supabase.close)
    app.log.warn('SUPABASE_URL is not set: serving demonstration data from an embedded Supabase, in memory')
  },
  { name: 'project', dependencies: ['config'] }
)

async function importEmbedded() {
  try {
    // biome-ignore lint/style/noRestrictedImports: dynamic, so that a production image can leave these packages out
    return await import('../src/embedded/supabase.ts')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new ConfigError(['SUPABASE_URL is missing: the packages of the embedded Supabase are not installed'])
  }
}
