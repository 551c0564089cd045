import { once } from 'node:events'
import t from 'tap'
import { fakePool } from '../../support/pool/fake-pool.ts'
import { socketPool } from '../../support/pool/socket-pool.ts'
import { startUpstream } from '../../support/upstream/upstream.ts'

t.test('every retired connection is counted under its reason', async (t) => {
  const fake = fakePool({ maxSize: 10, minSize: 0, lifetime: 50_000, idleTimeout: 5_000 })
  const { pool, time, transports } = fake
  const lease = async () => {
    const acquired = pool.acquire()
    await fake.connect()
    return acquired
  }
  const idle = async () => pool.release(await lease())

  await idle()
  transports.at(-1)?.close()
  t.match(pool.stats().retired, { lost: 1 }, 'closed by the server while idle')
  await idle()
  Object.assign(transports.at(-1) ?? {}, { open: false })
  const found = pool.acquire()
  t.match(pool.stats().retired, { lost: 2 }, 'found closed when it was to be leased')
  await fake.closeDestroyed()
  await fake.connect()
  pool.release(await found)
  pool.renew()
  t.match(pool.stats().retired, { renewed: 1 })

  const broken = await lease()
  transports.at(-1)?.close()
  pool.release(broken)
  t.match(pool.stats().retired, { broken: 1 })
  const unread = await lease()
  Object.assign(transports.at(-1) ?? {}, { busy: true })
  pool.release(unread)
  t.match(pool.stats().retired, { broken: 2 })

  const old = await lease()
  time.tick(50_000)
  pool.release(old)
  t.match(pool.stats().retired, { expired: 1 })
  await idle()
  time.tick(5_000)
  t.match(pool.stats().retired, { idle: 1 })
  await idle()
  pool.close()
  t.strictSame(pool.stats().retired, { expired: 1, idle: 1, renewed: 1, lost: 2, broken: 2, closed: 1 })
  t.equal(pool.stats().discarded, 8)
})

t.test('hold_ms counts every lease, also of connections that break', async (t) => {
  const fake = fakePool()
  fake.time.tick(1_000)
  const acquired = fake.pool.acquire()
  await fake.connect()
  const lease = await acquired
  fake.time.tick(40)
  fake.transports[0]?.close()
  fake.pool.release(lease)
  const { count, max } = fake.pool.stats().hold_ms
  t.equal(count, 1)
  // The histogram keeps three significant digits.
  t.ok(Math.abs(max - 40) < 0.1)
})

t.test("the pool's events have the origin and the pool as arguments, as undici's do", async (t) => {
  const upstream = await startUpstream()
  const pool = socketPool(upstream.url, { minSize: 1 })
  t.teardown(() => Promise.all([pool.destroy(), upstream.close()]))
  const [origin, targets] = await once(pool, 'connect')
  t.equal(origin.origin, upstream.url)
  t.equal(targets[0], pool)
  const disconnected = once(pool, 'disconnect')
  for (const socket of upstream.sockets) socket.destroy()
  t.match(await disconnected, [{ origin: upstream.url }, [pool], { code: 'UND_ERR_SOCKET' }])
})
