// More callers than connections: the pool uses all connections and serves callers in order.
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import t from 'tap'
import { Clients, runInLoops } from '../support/load/clients.ts'
import { reportFigure, scale } from '../support/load/deep-tests.ts'
import { percentile } from '../support/load/percentile.ts'
import { startApp } from '../support/service/app.ts'
import { sendRows, startUpstream } from '../support/upstream/upstream.ts'

const CLIENTS = 50
const CONNECTIONS = 10
const UPSTREAM_LATENCY_MS = 200
const IDEAL_RATE = (CONNECTIONS * 1000) / UPSTREAM_LATENCY_MS

const paths = { 'the list of molecules': '/api/molecules', 'the gateway': '/rest/v1/molecules' }

for (const [name, path] of Object.entries(paths)) {
  const title = `with more callers of ${name} than connections, none idles and requests are sent in the order of their arrival`
  t.test(title, async (t) => {
    const upstream = await startUpstream((_request, response) =>
      setTimeout(() => sendRows(response, []), UPSTREAM_LATENCY_MS)
    )
    const app = await startApp(t, {
      SUPABASE_URL: upstream.url,
      SUPABASE_KEY: 'key',
      GATEWAY: 'read',
      DB_POOL_MIN_SIZE: `${CONNECTIONS}`,
      DB_POOL_MAX_SIZE: `${CONNECTIONS}`
    })
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    const clients = new Clients(CLIENTS)
    t.teardown(() => Promise.all([clients.close(), upstream.close()]))

    const received: (string | undefined)[] = []
    const sent: (string | undefined)[] = []
    const parseOffset = (path = '') => /offset=(\d+)/.exec(path)?.[1]
    app.server.on('request', ({ url }) => received.push(parseOffset(url)))
    const onSent = (message: unknown) => {
      const { origin, path } = (message as { request: { origin: string; path: string } }).request
      // The clients use undici too.
      if (origin === upstream.url) sent.push(parseOffset(path))
    }
    subscribe('undici:client:sendHeaders', onSent)
    t.teardown(() => unsubscribe('undici:client:sendHeaders', onSent))

    const duration = scale(3_000, 60_000)
    const warmUp = 1_500
    const durations: number[] = []
    const start = performance.now()
    let number = 0
    let failed = 0
    await runInLoops(
      CLIENTS,
      () => performance.now() < start + duration,
      async () => {
        const { status, durationMs } = await clients.get(`${url}${path}?offset=${++number}`, { apikey: 'key' })
        if (status !== 200) failed++
        const now = performance.now() - start
        if (now > warmUp && now <= duration) durations.push(durationMs)
      }
    )
    const rate = durations.length / ((duration - warmUp) / 1000)
    const share = rate / IDEAL_RATE
    const p99 = percentile(durations, 0.99)

    t.equal(failed, 0)
    t.strictSame(sent, received, 'requests are sent in the order of their arrival')
    t.equal(app.pool.stats().created, CONNECTIONS)
    // In the short form other tests compete for the CPU.
    t.ok(share >= scale(0.8, 0.98), `${(share * 100).toFixed(1)} % of the ideal rate`)
    t.ok(p99 <= scale(1_500, 1_100), `p99 ${p99.toFixed(0)} ms`)
    reportFigure(
      t,
      `${rate.toFixed(1)} requests/s of ${IDEAL_RATE} (${(share * 100).toFixed(1)} %), p99 ${p99.toFixed(0)} ms`
    )
  })
}
