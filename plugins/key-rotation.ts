import { unwatchFile, watchFile } from 'node:fs'
import fp from 'fastify-plugin'
import { type ConfigError, type Environment, loadConfig, secretFiles } from '../src/config.ts'

/** How often the files are looked at, in milliseconds. */
const INTERVAL = 1_000

/** Takes new keys from their files when these change, and replaces the connections that carry the old ones. */
export default fp<{ environment: Environment }>(
  async (app, { environment }) => {
    const reload = () => {
      try {
        const { SUPABASE_KEY: anon = '', SUPABASE_SERVICE_KEY: service = anon } = loadConfig(environment)
        if (anon === app.project.keys.anon && service === app.project.keys.service) return
        app.project.keys = { anon, service }
        app.pool.renew()
        app.log.info('The keys have changed: connections with the old ones are being replaced')
      } catch (error) {
        // The old keys are kept; the file may be in the middle of being replaced.
        app.log.error((error as ConfigError).message)
      }
    }
    // By polling: files that a container engine mounts are replaced in ways that no watcher is told of.
    const files = app.project.embedded ? [] : secretFiles(environment)
    for (const file of files) watchFile(file, { interval: INTERVAL, persistent: false }, reload)
    app.addHook('onClose', async () => {
      for (const file of files) unwatchFile(file, reload)
    })
  },
  { name: 'key-rotation', dependencies: ['project', 'pool'] }
)
