// SIGTERM under load: the service responds to every request that it has accepted, and exits in time.
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { Clients } from '../support/load/clients.ts'
import { reportFigure, scale } from '../support/load/deep-tests.ts'
import { percentile } from '../support/load/percentile.ts'
import { startService } from '../support/service/process.ts'
import { sendRows, startUpstream } from '../support/upstream/upstream.ts'
import { waitFor } from '../support/wait.ts'

const CLIENTS = 20
/** The service's default. */
const CONNECTIONS = 10
const SHUTDOWN_TIMEOUT_S = 2
/** How long after SIGTERM a request on an open connection is accepted. */
const LINGER_MS = 500
/** The timeout and what the service does after it. */
const MAX_SHUTDOWN_MS = SHUTDOWN_TIMEOUT_S * 1000 + 1_000

const settings = (url: string) => ({
  SUPABASE_URL: url,
  SUPABASE_KEY: 'key',
  COALESCE_READS: 'false',
  SHUTDOWN_TIMEOUT: `${SHUTDOWN_TIMEOUT_S}`
})

t.test('on SIGTERM under load every accepted request gets its response, and the service exits in time', async (t) => {
  const rounds = scale(4, 100)
  let maxLatencyMs = 0
  const upstream = await startUpstream((_request, response) => {
    setTimeout(() => sendRows(response, []), Math.random() * maxLatencyMs)
  })
  t.teardown(() => upstream.close())
  /** When the clients sent their requests, by path. */
  const sentAt = new Map<string, number>()
  const onSent = (message: unknown) => {
    sentAt.set((message as { request: { path: string } }).request.path, performance.now())
  }
  subscribe('undici:client:sendHeaders', onSent)
  t.teardown(() => unsubscribe('undici:client:sendHeaders', onSent))
  const lost: unknown[] = []
  const durations: number[] = []
  let answered = 0
  let number = 0

  for (let round = 0; round < rounds; round++) {
    maxLatencyMs = round % 3 ? 20 : 300
    const service = startService(t, { ...settings(upstream.url), HOST: round % 2 ? '127.0.0.1' : 'localhost' })
    const url = await service.url
    const clients = new Clients(CLIENTS)
    let killedAt = Number.POSITIVE_INFINITY
    const load = Promise.all(
      Array.from({ length: CLIENTS }, async () => {
        for (;;) {
          const path = `/api/molecules?offset=${number++}`
          const { status, error } = await clients.get(url + path)
          // The service does not listen any more: it has not accepted this request.
          if (error === 'ECONNREFUSED') return
          const sent = (sentAt.get(path) ?? 0) - killedAt
          if (status === 200) answered++
          else if (sent < LINGER_MS) lost.push({ round, status, error, sent })
        }
      })
    )
    await sleep(100 + Math.random() * 100)
    killedAt = performance.now()
    service.child.kill('SIGTERM')
    const [code] = await service.exited
    durations.push(performance.now() - killedAt)
    t.equal(code, 0)
    await load
    await clients.close()
  }
  const longest = Math.max(...durations)
  t.strictSame(lost.slice(0, 5), [], 'no accepted request is lost')
  t.ok(longest < MAX_SHUTDOWN_MS, `the shutdown takes ${longest.toFixed(0)} ms at most`)
  reportFigure(
    t,
    `${rounds} times under load: ${answered} requests answered, ${lost.length} lost, exit code 0, ` +
      `${percentile(durations, 0.5).toFixed(0)} ms (median), ${longest.toFixed(0)} ms at most`
  )
})

t.test('on SIGTERM while Supabase hangs, requests get 503 at the shutdown timeout', async (t) => {
  const upstream = await startUpstream(() => {})
  const clients = new Clients(CLIENTS + 1)
  t.teardown(() => Promise.all([clients.close(), upstream.close()]))
  const service = startService(t, { ...settings(upstream.url), SUPABASE_REQUEST_TIMEOUT: '60' })
  const url = await service.url
  const responses = Array.from({ length: CLIENTS }, () => clients.get(`${url}/api/molecules`))
  const countWaiting = async () => JSON.parse((await clients.get(`${url}/pool/stats`)).body).stats.waiting
  await waitFor(async () => (await countWaiting()) >= CLIENTS - CONNECTIONS)
  const start = performance.now()
  service.child.kill('SIGTERM')
  const [code] = await service.exited
  const duration = performance.now() - start
  t.equal(code, 0)
  t.strictSame([...new Set((await Promise.all(responses)).map(({ status }) => status))], [503])
  t.ok(duration < MAX_SHUTDOWN_MS)
  reportFigure(t, `exited after ${duration.toFixed(0)} ms, with a shutdown timeout of ${SHUTDOWN_TIMEOUT_S * 1000} ms`)
})
