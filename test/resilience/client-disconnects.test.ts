// Clients disconnect in every phase of a request: its upstream request is aborted, nothing leaks, and nothing is logged.
import { EventEmitter, once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { runInLoops } from '../support/load/clients.ts'
import { reportFigure, scale } from '../support/load/deep-tests.ts'
import { percentile } from '../support/load/percentile.ts'
import { startApp } from '../support/service/app.ts'
import { sendRows, startUpstream } from '../support/upstream/upstream.ts'
import { waitFor } from '../support/wait.ts'

const CLIENTS = 25
const CONNECTIONS = 10
/** How long Supabase takes to send the headers, and then the body. */
const STEP_MS = 20
/** One row, of 3 MB. */
const LARGE = [{ text: 'x'.repeat(3_000_000) }]
/** Where a client's request is when the client disconnects. */
type Phase = 'queued' | 'before the headers' | 'in the body' | 'during the response'

/** In which phase the client of this number disconnects, if it gets there. */
function choosePhase(number: number): Phase {
  if (number % 10 === 0) return 'during the response'
  return (['queued', 'before the headers', 'in the body'] as const)[number % 3] as Phase
}

t.test('client disconnects abort upstream requests, leak no connection and are not logged as errors', async (t) => {
  const phases = new Map<number, Phase>()
  const disconnectedAt = new Map<number, number>()
  const disconnectedIn: Phase[] = []
  const delays: number[] = []
  const entered = new EventEmitter()
  const enter = (offset: number, phase: Phase) => {
    phases.set(offset, phase)
    entered.emit(`${offset} ${phase}`)
  }
  let open = 0
  const upstream = await startUpstream(async (request, response) => {
    const offset = Number(/offset=(\d+)/.exec(request.url ?? '')?.[1])
    open++
    response.once('close', () => {
      open--
      const disconnected = disconnectedAt.get(offset)
      if (disconnected !== undefined && !response.writableFinished) delays.push(performance.now() - disconnected)
    })
    enter(offset, 'before the headers')
    await sleep(STEP_MS)
    if (choosePhase(offset) === 'during the response') {
      enter(offset, 'during the response')
      sendRows(response, LARGE)
      return
    }
    enter(offset, 'in the body')
    response.writeHead(200, { 'content-type': 'application/json', 'content-range': '*/*' }).write('[')
    await sleep(STEP_MS)
    response.end(']')
  })
  t.teardown(() => upstream.close())
  const log = { lines: [] as string[] }
  const app = await startApp(
    t,
    { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key', DB_POOL_MAX_SIZE: `${CONNECTIONS}` },
    log
  )
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))

  /** Sends a request, waits for its phase and disconnects somewhere in it, at the latest with the first byte received. */
  const connectAndLeave = async (offset: number) => {
    const phase = choosePhase(offset)
    enter(offset, 'queued')
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => {})
    socket.write(`GET /api/molecules?offset=${offset} HTTP/1.1\r\nhost: localhost\r\n\r\n`)
    const answered = once(socket, 'data').catch(() => {})
    if (phase !== 'queued') await Promise.race([answered, once(entered, `${offset} ${phase}`)])
    await Promise.race([answered, sleep(Math.random() * STEP_MS)])
    disconnectedAt.set(offset, performance.now())
    disconnectedIn.push(phases.get(offset) as Phase)
    if (offset % 2) socket.destroy()
    else socket.resetAndDestroy()
  }
  const requests = scale(1_000, 10_000)
  let number = 0
  await runInLoops(
    CLIENTS,
    () => number < requests,
    () => connectAndLeave(number++)
  )

  await waitFor(() => app.pool.stats().in_use + app.pool.stats().waiting === 0, { what: 'every lease is released' })
  await waitFor(() => open === 0, { what: 'every upstream request is aborted' })
  const warnings = log.lines.map((line) => JSON.parse(line)).filter(({ level }) => level >= 40)
  t.strictSame(warnings, [], 'no warning and no error is logged')
  const { statusCode } = await app.inject('/api/molecules?offset=1')
  t.equal(statusCode, 200)
  const { created, discarded, active_connections: active } = app.pool.stats()
  t.equal(created - discarded, active)
  t.ok(delays.length > 0)
  const found = Object.entries(Object.groupBy(disconnectedIn, (phase) => phase))
  t.equal(found.length, 4, 'clients have disconnected in every phase')
  reportFigure(
    t,
    `${requests} disconnects: ${found.map(([phase, some]) => `${some?.length} ${phase}`).join(', ')}; ` +
      `upstream requests aborted after ${percentile(delays, 0.5).toFixed(1)} ms (median), ` +
      `${percentile(delays, 0.99).toFixed(0)} ms (p99); no error logged`
  )
})
