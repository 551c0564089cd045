// Clients leave at every moment: their work is stopped, nothing is kept, and nobody is alarmed.
import { EventEmitter, once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { figure, scale } from '../support/load/deep.ts'
import { inLoops, percentile } from '../support/load/load.ts'
import { startApp } from '../support/service/app.ts'
import { sendRows, startUpstream } from '../support/upstream/upstream.ts'

const CLIENTS = 25
const CONNECTIONS = 10
/** How long Supabase takes until it begins to answer, and then until it has answered, in milliseconds. */
const STEP = 20
/** One row, of 3 MB. */
const LARGE = [{ text: 'x'.repeat(3_000_000) }]
/** How long the service may take to notice the last ones, in milliseconds. */
const PATIENCE = 5_000

/** Where a client's request was when it left. */
type Phase = 'queued' | 'before the headers' | 'in the body' | 'while it was answered'

/** In which phase the client of this number leaves, if it gets there. */
function phaseOf(number: number): Phase {
  if (number % 10 === 0) return 'while it was answered'
  return (['queued', 'before the headers', 'in the body'] as const)[number % 3] as Phase
}

t.test('clients that leave', async (t) => {
  const phases = new Map<number, Phase>()
  const leftAt = new Map<number, number>()
  const leftIn: Phase[] = []
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
      const left = leftAt.get(offset)
      if (left !== undefined && !response.writableFinished) delays.push(performance.now() - left)
    })
    enter(offset, 'before the headers')
    await sleep(STEP)
    if (phaseOf(offset) === 'while it was answered') {
      enter(offset, 'while it was answered')
      sendRows(response, LARGE)
      return
    }
    enter(offset, 'in the body')
    response.writeHead(200, { 'content-type': 'application/json', 'content-range': '*/*' }).write('[')
    await sleep(STEP)
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

  /** Sends a request, gets to its phase and leaves somewhere in it; a large answer is begun to be read. */
  const visit = async (offset: number) => {
    const phase = phaseOf(offset)
    enter(offset, 'queued')
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => {})
    socket.write(`GET /api/molecules?offset=${offset} HTTP/1.1\r\nhost: localhost\r\n\r\n`)
    const answered = once(socket, 'data').catch(() => {})
    if (phase !== 'queued') await Promise.race([answered, once(entered, `${offset} ${phase}`)])
    await Promise.race([answered, sleep(Math.random() * STEP)])
    leftAt.set(offset, performance.now())
    leftIn.push(phases.get(offset) as Phase)
    if (offset % 2) socket.destroy()
    else socket.resetAndDestroy()
  }
  const visits = scale(1_000, 10_000)
  let number = 0
  await inLoops(
    CLIENTS,
    () => number < visits,
    () => visit(number++)
  )

  // Until the service has noticed the last ones.
  const idle = { in_use: 0, waiting: 0 }
  const patience = AbortSignal.timeout(PATIENCE)
  const isIdle = () => app.pool.stats().in_use + app.pool.stats().waiting + open === 0
  while (!isIdle() && !patience.aborted) await sleep(10)
  t.match(app.pool.stats(), idle, 'every connection is returned')
  t.equal(open, 0, 'Supabase works for nobody any more')
  const alarms = log.lines.map((line) => JSON.parse(line)).filter(({ level }) => level >= 40)
  t.strictSame(alarms, [], 'nobody is alarmed')
  const { statusCode } = await app.inject('/api/molecules?offset=1')
  t.equal(statusCode, 200)
  const { created, discarded, active_connections: active } = app.pool.stats()
  t.equal(created - discarded, active)
  t.ok(delays.length > 0)
  const found = Object.entries(Object.groupBy(leftIn, (phase) => phase))
  t.equal(found.length, 4, 'clients have left in every phase')
  figure(
    t,
    `${visits} disconnects: ${found.map(([phase, some]) => `${some?.length} ${phase}`).join(', ')}; ` +
      `Supabase's work stopped after ${percentile(delays, 0.5).toFixed(1)} ms (median), ` +
      `${percentile(delays, 0.99).toFixed(0)} ms (p99); no error logged`
  )
})
