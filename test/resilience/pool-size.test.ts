// The number of connections follows the demand, with real sockets.
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import t from 'tap'
import { ConnectError } from '../../src/pool/errors.ts'
import { createSocketConnect } from '../../src/pool/transport.ts'
import { reportFigure } from '../support/load/deep-tests.ts'
import { fakePool } from '../support/pool/fake-pool.ts'
import { ManualClock } from '../support/pool/manual-clock.ts'
import { socketPool } from '../support/pool/socket-pool.ts'
import { sendRows, startUpstream } from '../support/upstream/upstream.ts'
import { waitFor } from '../support/wait.ts'

const CALLERS = 50
const UPSTREAM_LATENCY_MS = 20
const IDLE_TIMEOUT_MS = 30_000

t.test(
  'a spike of callers opens connections up to the maximum, and idling closes them down to the minimum',
  async (t) => {
    const upstream = await startUpstream((_request, response) =>
      setTimeout(() => sendRows(response, []), UPSTREAM_LATENCY_MS)
    )
    const clock = new ManualClock()
    const pool = socketPool(upstream.url, { minSize: 2, maxSize: 10, idleTimeout: IDLE_TIMEOUT_MS, clock })
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

    clock.tick(IDLE_TIMEOUT_MS + 1_000)
    await waitFor(() => upstream.sockets.size === 2)
    t.match(pool.stats(), { pool_size: 2, active_connections: 2, retired: { idle: 8 } })
    const ideal = (CALLERS / 10) * UPSTREAM_LATENCY_MS
    reportFigure(
      t,
      `${CALLERS} callers: ${created} connections, ${duration.toFixed(0)} ms, of which Supabase took ${ideal} ms; ` +
        '2 connections after idling'
    )
  }
)

t.test('connections that were opened together expire at different times', async (t) => {
  const size = 100
  const lifetime = 1_800_000
  const clock = new ManualClock()
  const fake = fakePool({ minSize: size, maxSize: size, lifetime, clock, random: Math.random })
  await fake.connect()
  const expired = () => fake.pool.stats().retired.expired
  let maxPerSecond = 0
  let first: number | undefined
  let last = 0
  for (let before = 0; before < size; before = expired()) {
    clock.tick(1_000)
    await fake.closeDestroyed()
    await fake.connect()
    const now = expired() - before
    maxPerSecond = Math.max(maxPerSecond, now)
    if (now) first ??= clock.now()
    if (now) last = clock.now()
  }
  const spread = (last - (first as number)) / 1000
  t.ok(last <= lifetime + 1_000, 'no connection outlives its lifetime')
  t.ok(maxPerSecond <= size / 10, `${maxPerSecond} at most in one second`)
  reportFigure(t, `${size} opened at once: expired over ${spread.toFixed(0)} s, at most ${maxPerSecond} in one second`)
})

t.test('acquire fails with 504 after the connect timeout when a server accepts and then sends nothing', async (t) => {
  const server = createServer(() => {}).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const connect = createSocketConnect({ origin, connectTimeout: 500, keepAlive: 60_000 })
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
  reportFigure(t, `acquire failed after ${duration.toFixed(0)} ms, with a connect timeout of 500 ms`)
})
