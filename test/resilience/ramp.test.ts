// From nothing to the maximum and back to the minimum, with real sockets.
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { ConnectError } from '../../src/pool/errors.ts'
import { createSocketConnect } from '../../src/pool/transport.ts'
import { figure } from '../support/load/deep.ts'
import { fakePool } from '../support/pool/fake-pool.ts'
import { ManualClock } from '../support/pool/manual-clock.ts'
import { socketPool } from '../support/pool/socket-pool.ts'
import { sendRows, startUpstream } from '../support/upstream/upstream.ts'

const CALLERS = 50
/** Milliseconds. */
const LATENCY = 20
const IDLE_TIMEOUT = 30_000

t.test('a spike of callers on an empty pool', async (t) => {
  const upstream = await startUpstream((_request, response) => setTimeout(() => sendRows(response, []), LATENCY))
  const clock = new ManualClock()
  const pool = socketPool(upstream.url, { minSize: 2, maxSize: 10, idleTimeout: IDLE_TIMEOUT, clock })
  t.teardown(async () => {
    await pool.destroy()
    await upstream.close()
  })
  const start = performance.now()
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      const { body } = await pool.request({ origin: upstream.url, path: '/', method: 'GET' })
      await body.dump()
    })
  )
  const duration = performance.now() - start
  const { created } = pool.stats()
  t.equal(created, 10)
  t.equal(upstream.sockets.size, 10)

  clock.tick(IDLE_TIMEOUT + 1_000)
  while (upstream.sockets.size > 2) await setImmediate()
  t.match(pool.stats(), { pool_size: 2, active_connections: 2, retired: { idle: 8 } })
  const ideal = (CALLERS / 10) * LATENCY
  figure(
    t,
    `${CALLERS} callers: ${created} connections, ${duration.toFixed(0)} ms, of which Supabase took ${ideal} ms; ` +
      'back to the minimum of 2 after idling'
  )
})

t.test('connections that were opened together do not expire together', async (t) => {
  const size = 100
  const lifetime = 1_800_000
  const clock = new ManualClock()
  const fake = fakePool({ minSize: size, maxSize: size, lifetime, clock, random: Math.random })
  await fake.connect()
  const expired = () => fake.pool.stats().retired.expired
  let most = 0
  let first: number | undefined
  let last = 0
  for (let before = 0; before < size; before = expired()) {
    clock.tick(1_000)
    // Those that take their places are young.
    await fake.closeDestroyed()
    await fake.connect()
    const now = expired() - before
    most = Math.max(most, now)
    if (now) first ??= clock.now()
    if (now) last = clock.now()
  }
  const spread = (last - (first as number)) / 1000
  t.ok(last <= lifetime + 1_000, 'none outlives its lifetime')
  t.ok(most <= size / 10, `${most} at most in one second`)
  figure(t, `${size} opened at once: expired over ${spread.toFixed(0)} s, at most ${most} in one second`)
})

t.test('a server that accepts and then says nothing does not keep anybody waiting for a connection', async (t) => {
  const server = createServer(() => {}).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const connect = createSocketConnect({ origin, connectTimeout: 500, keepAlive: 60_000, maxResponseSize: 1_000 })
  const pool = socketPool(origin, { connect })
  t.teardown(async () => {
    await pool.destroy()
    server.close()
  })
  const start = performance.now()
  const error = await pool.acquire().catch((error) => error)
  const duration = performance.now() - start
  t.type(error, ConnectError)
  t.match(error, { statusCode: 504 })
  t.ok(duration < 2_500, `${duration.toFixed(0)} ms`)
  t.match(pool.stats(), { errors: 1, waiting: 0, active_connections: 0 })
  figure(t, `told after ${duration.toFixed(0)} ms, with a connect time-out of 500 ms`)
})
