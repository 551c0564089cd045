// More callers than connections: no connection idles, and nobody is overtaken.
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import t from 'tap'
import { figure, scale } from '../support/load/deep.ts'
import { Clients, inLoops, percentile } from '../support/load/load.ts'
import { startApp } from '../support/service/app.ts'
import { sendRows, startUpstream } from '../support/upstream/upstream.ts'

const CLIENTS = 50
const CONNECTIONS = 10
/** How long Supabase takes over a request, in milliseconds. */
const LATENCY = 200
const IDEAL_RATE = (CONNECTIONS * 1000) / LATENCY

t.test('saturation', async (t) => {
  const upstream = await startUpstream((_request, response) => setTimeout(() => sendRows(response, []), LATENCY))
  const app = await startApp(t, {
    SUPABASE_URL: upstream.url,
    SUPABASE_KEY: 'key',
    DB_POOL_MIN_SIZE: `${CONNECTIONS}`,
    DB_POOL_MAX_SIZE: `${CONNECTIONS}`
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const clients = new Clients(CLIENTS)
  t.teardown(() => Promise.all([clients.close(), upstream.close()]))

  // The order in which requests arrive, and that in which the pool sends them on.
  const came: (string | undefined)[] = []
  const sent: (string | undefined)[] = []
  const offsetOf = (path = '') => /offset=(\d+)/.exec(path)?.[1]
  app.server.on('request', ({ url }) => came.push(offsetOf(url)))
  const onSent = (message: unknown) => {
    const { path } = (message as { request: { path: string } }).request
    if (path.startsWith('/rest/')) sent.push(offsetOf(path))
  }
  subscribe('undici:client:sendHeaders', onSent)
  t.teardown(() => unsubscribe('undici:client:sendHeaders', onSent))

  const duration = scale(3_000, 60_000)
  const warmUp = 1_500
  const durations: number[] = []
  const start = performance.now()
  let number = 0
  let failed = 0
  await inLoops(
    CLIENTS,
    () => performance.now() < start + duration,
    async () => {
      const answer = await clients.get(`${url}/api/molecules?offset=${++number}`)
      if (answer.status !== 200) failed++
      const now = performance.now() - start
      if (now > warmUp && now <= duration) durations.push(answer.duration)
    }
  )
  const rate = durations.length / ((duration - warmUp) / 1000)
  const share = rate / IDEAL_RATE
  const p99 = percentile(durations, 0.99)

  t.equal(failed, 0)
  t.strictSame(sent, came, 'first come, first served')
  t.equal(app.pool.stats().created, CONNECTIONS)
  // Other tests compete for the processor in the short form.
  t.ok(share >= scale(0.8, 0.98), `${(share * 100).toFixed(1)} % of the ideal rate`)
  t.ok(p99 <= scale(1_500, 1_100), `p99 ${p99.toFixed(0)} ms`)
  figure(t, `${rate.toFixed(1)} requests/s of ${IDEAL_RATE} (${(share * 100).toFixed(1)} %), p99 ${p99.toFixed(0)} ms`)
})
