import { unwatchFile, watchFile } from 'node:fs'
import fp from 'fastify-plugin'
import { type Environment, keyFiles, readKeys } from '../src/config.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Reads the keys' files anew and, if they hold others, replaces the connections that carry the old ones. */
    reloadKeys(): void
  }
}

/** How often the files are looked at, in milliseconds. */
const INTERVAL = 1_000

/** Takes new keys over from their files, when these change and when Supabase refuses the old ones. */
export default fp<{ environment: Environment }>(
  async (app, { environment }) => {
    const { project, pool, log } = app
    let fault: string | undefined

    app.decorate('reloadKeys', () => {
      if (project.embedded) return
      try {
        const keys = readKeys(environment)
        fault = undefined
        if (keys.anon === project.keys.anon && keys.service === project.keys.service) return
        project.keys = keys
        pool.renew()
        log.info('The keys have changed: connections with the old ones are being replaced')
      } catch (error) {
        const { message } = error as Error
        // The file may be in the middle of being replaced. Said once, however often it is looked at.
        if (message !== fault) log.error(`The service keeps the keys that it has: ${message}`)
        fault = message
      }
    })

    // By polling: files that a container engine mounts are replaced in ways that no watcher is told of.
    const files = project.embedded ? [] : keyFiles(environment)
    for (const file of files) watchFile(file, { interval: INTERVAL, persistent: false }, app.reloadKeys)
    app.addHook('onClose', async () => {
      for (const file of files) unwatchFile(file, app.reloadKeys)
    })
  },
  { name: 'key-rotation', dependencies: ['project', 'pool'] }
)
