// The service is told to end under load: whatever it has accepted is answered, nobody is cut off, and it ends in time.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { figure, scale } from '../support/load/deep.ts'
import { Clients, percentile } from '../support/load/load.ts'
import { startService } from '../support/service/process.ts'
import { sendRows, startUpstream } from '../support/upstream/upstream.ts'

const CLIENTS = 20
/** As the service has it by default. */
const CONNECTIONS = 10
/** Seconds. */
const SHUTDOWN_TIMEOUT = 2
/** How late clients may be and still be heard: half of what the service waits for them, in milliseconds. */
const LATE = 250
/** After that and what comes after it, in milliseconds. */
const LONGEST_END = SHUTDOWN_TIMEOUT * 1000 + 1_000

/** Each request asks Supabase for itself. */
const alone = (url: string) => ({ SUPABASE_URL: url, SUPABASE_KEY: 'key', COALESCE_READS: 'false' })

t.test('SIGTERM under load', async (t) => {
  const rounds = scale(4, 100)
  let slowest = 0
  const upstream = await startUpstream((_request, response) => {
    setTimeout(() => sendRows(response, []), Math.random() * slowest)
  })
  t.teardown(() => upstream.close())
  const lost: unknown[] = []
  const durations: number[] = []
  let answered = 0
  let starved = 0

  for (let round = 0; round < rounds; round++) {
    slowest = round % 3 ? 20 : 300
    const settings = { ...alone(upstream.url), HOST: round % 2 ? '127.0.0.1' : 'localhost' }
    const service = startService(t, { ...settings, SHUTDOWN_TIMEOUT: `${SHUTDOWN_TIMEOUT}` })
    const url = await service.url
    const clients = new Clients(CLIENTS)
    const unanswered: unknown[] = []
    const load = Promise.all(
      Array.from({ length: CLIENTS }, async () => {
        for (;;) {
          const { status, error } = await clients.get(`${url}/api/molecules`)
          // Nobody listens any more: this request was never accepted.
          if (error === 'ECONNREFUSED') return
          if (status === 200) answered++
          else unanswered.push({ round, status, error })
        }
      })
    )
    await sleep(100 + Math.random() * 100)
    const late = monitorEventLoopDelay()
    late.enable()
    const start = performance.now()
    service.child.kill('SIGTERM')
    const [code] = await service.exited
    durations.push(performance.now() - start)
    t.equal(code, 0)
    await load
    late.disable()
    // Clients that themselves had to wait for the processor may have sent a request when it was too late.
    if (late.max < LATE * 1e6) lost.push(...unanswered)
    else starved++
    await clients.close()
  }
  const longest = Math.max(...durations)
  t.strictSame(lost.slice(0, 5), [], 'every request is answered')
  t.ok(longest < LONGEST_END, `the end takes ${longest.toFixed(0)} ms at most`)
  figure(
    t,
    `${rounds} times under load: ${answered} requests answered, ${lost.length} lost, exit code 0 (${starved} times the clients themselves were late), ` +
      `${percentile(durations, 0.5).toFixed(0)} ms (median), ${longest.toFixed(0)} ms at most`
  )
})

t.test('SIGTERM while Supabase hangs', async (t) => {
  const upstream = await startUpstream(() => {})
  const clients = new Clients(CLIENTS + 1)
  t.teardown(() => Promise.all([clients.close(), upstream.close()]))
  const settings = { ...alone(upstream.url), SUPABASE_REQUEST_TIMEOUT: '60' }
  const service = startService(t, { ...settings, SHUTDOWN_TIMEOUT: `${SHUTDOWN_TIMEOUT}` })
  const url = await service.url
  const answers = Array.from({ length: CLIENTS }, () => clients.get(`${url}/api/molecules`))
  const waiting = async () => JSON.parse((await clients.get(`${url}/pool/stats`)).body).stats.waiting
  while ((await waiting()) < CLIENTS - CONNECTIONS) await sleep(10)
  const start = performance.now()
  service.child.kill('SIGTERM')
  const [code] = await service.exited
  const duration = performance.now() - start
  t.equal(code, 0)
  t.strictSame([...new Set((await Promise.all(answers)).map(({ status }) => status))], [503])
  t.ok(duration < LONGEST_END)
  figure(t, `ended after ${duration.toFixed(0)} ms, with a shutdown time-out of ${SHUTDOWN_TIMEOUT * 1000} ms`)
})
