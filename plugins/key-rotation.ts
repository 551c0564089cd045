import { unwatchFile, watchFile } from 'node:fs'
import fp from 'fastify-plugin'
import { type Environment, keyFiles, readKeys } from '../src/config.ts'
import type { Keys } from '../src/supabase/keys.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Reads the keys' files again and, if they hold others, replaces the connections with the old ones. */
    reloadKeys(): void
  }
}

/** How often the files are polled. */
const POLL_INTERVAL_MS = 1_000

/** Takes over new keys from their files, when these change and when Supabase rejects the old ones. */
export default fp<{ environment: Environment; onNewKeys?: ((keys: Keys) => void) | undefined }>(
  async (app, { environment, onNewKeys }) => {
    const { project, pool, log } = app
    let fault: string | undefined

    app.decorate('reloadKeys', () => {
      if (project.embedded) return
      try {
        const keys = readKeys(environment)
        fault = undefined
        if (keys.anon === project.keys.anon && keys.service === project.keys.service) return
        onNewKeys?.(keys)
        project.keys = keys
        pool.renew()
        app.responseCache?.clear()
        log.info('API keys changed, replacing connections')
      } catch (error) {
        const { message } = error as Error
        // The file may be in the middle of being replaced. Logged once, however often it is polled.
        if (message !== fault) log.error(`Keeping the current API keys: ${message}`)
        fault = message
      }
    })

    // Polled: files that a container engine mounts are replaced in ways that no watcher notices.
    const files = project.embedded ? [] : keyFiles(environment)
    for (const file of files) watchFile(file, { interval: POLL_INTERVAL_MS, persistent: false }, app.reloadKeys)
    app.addHook('onClose', async () => {
      for (const file of files) unwatchFile(file, app.reloadKeys)
    })
  },
  { name: 'key-rotation', dependencies: ['project', 'pool', 'response-cache'] }
)
