import t from 'tap'
import { fakePool } from '../../support/pool/fake-pool.ts'

t.test('the minimum of connections is opened at once, and restored when one is lost', async (t) => {
  const { pool, time, transports, connect } = fakePool({ minSize: 2 })
  await connect()
  t.match(pool.stats(), { created: 2, pool_size: 2, active_connections: 2 })

  transports[0]?.close()
  t.match(pool.stats(), { discarded: 1, active_connections: 1 })
  await time.tickAsync(1_000)
  await connect()
  t.match(pool.stats(), { created: 3, discarded: 1, active_connections: 2 })
})

t.test('the pool never has more sockets than its maximum, those that are still closing included', async (t) => {
  const fake = fakePool({ maxSize: 2, lifetime: 1_000 })
  const leases = [1, 2, 3, 4].map(() => fake.pool.acquire())
  t.equal(fake.opening, 2)
  await fake.connect()
  t.match(fake.pool.stats(), { in_use: 2, waiting: 2 })

  fake.time.tick(1_000)
  fake.pool.release(await (leases[0] as (typeof leases)[0]))
  t.equal(fake.opening, 0, 'the old socket has not closed yet')
  await fake.closeDestroyed()
  t.equal(fake.opening, 1)
})

t.test('a spike opens as many connections as there are callers, up to the maximum', async (t) => {
  const fake = fakePool({ maxSize: 10 })
  const [first] = [fake.pool.acquire(), fake.pool.acquire()]
  t.equal(fake.opening, 2)
  for (let i = 0; i < 48; i++) fake.pool.acquire()
  t.equal(fake.opening, 10)
  await fake.connect()
  await first
  t.match(fake.pool.stats(), { in_use: 10, waiting: 40 })
})

t.test('connections beyond the minimum are closed after idling', async (t) => {
  const fake = fakePool({ minSize: 1, maxSize: 3, idleTimeout: 5_000 })
  await fake.connect()
  const leases = await Promise.all([fake.pool.acquire(), fake.pool.acquire(), fake.pool.acquire(), fake.connect()])
  for (const lease of leases) if (lease) fake.pool.release(lease)
  t.equal(fake.pool.stats().pool_size, 3)
  await fake.time.tickAsync(4_000)
  t.equal(fake.pool.stats().pool_size, 3)
  await fake.time.tickAsync(2_000)
  t.match(fake.pool.stats(), { pool_size: 1, discarded: 2 })
})

t.test('the connection released last is leased first', async (t) => {
  const fake = fakePool()
  const leases = Promise.all([fake.pool.acquire(), fake.pool.acquire()])
  await fake.connect()
  const [a, b] = await leases
  fake.pool.release(b)
  fake.pool.release(a)
  await fake.pool.acquire()
  await fake.time.tickAsync(6_000)
  t.equal(fake.transports[1]?.destroyed, true, 'the one that idled longer is closed')
  t.equal(fake.transports[0]?.destroyed, false)
})
