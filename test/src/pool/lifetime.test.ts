import t from 'tap'
import { fakePool } from '../../support/pool/fake-pool.ts'

t.test('an expired idle connection is not leased', async (t) => {
  const fake = fakePool({ lifetime: 700, idleTimeout: 1e9 })
  const first = fake.pool.acquire()
  await fake.connect()
  fake.pool.release(await first)
  fake.time.tick(700)
  const second = fake.pool.acquire()
  t.equal(fake.transports[0]?.destroyed, true)
  await fake.connect()
  fake.pool.release(await second)
  t.match(fake.pool.stats(), { created: 2, discarded: 1, reused: 0, pool_size: 1 })
})

t.test('an expired connection is not handed to a waiter when it is released', async (t) => {
  const fake = fakePool({ maxSize: 1, lifetime: 700 })
  const first = fake.pool.acquire()
  await fake.connect()
  const waiter = fake.pool.acquire()
  fake.time.tick(700)
  t.equal(fake.pool.stats().in_use, 1, 'an expired connection is not retired during its lease')
  fake.pool.release(await first)
  await fake.closeDestroyed()
  await fake.connect()
  await waiter
  t.match(fake.pool.stats(), { created: 2, discarded: 1, in_use: 1 })
})

t.test('an expired idle connection is replaced by housekeeping', async (t) => {
  const fake = fakePool({ minSize: 1, lifetime: 1_500 })
  await fake.connect()
  await fake.time.tickAsync(2_000)
  await fake.closeDestroyed()
  await fake.connect()
  t.match(fake.pool.stats(), { created: 2, discarded: 1, pool_size: 1 })
})

t.test('lifetimes are up to a tenth shorter at random, so that not all connections expire together', async (t) => {
  let chance = 0
  const fake = fakePool({ minSize: 2, lifetime: 10_000, idleTimeout: 1e9, random: () => chance++ })
  await fake.connect()
  await fake.time.tickAsync(9_500)
  t.match(fake.pool.stats(), { discarded: 1, pool_size: 1 })
})
