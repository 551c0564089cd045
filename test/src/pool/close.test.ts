import t from 'tap'
import { AcquireTimeoutError, PoolClosedError } from '../../../src/pool/errors.ts'
import { fakePool, settled } from '../../support/pool/fake-pool.ts'
import { socketPool } from '../../support/pool/socket-pool.ts'
import { startUpstream } from '../../support/upstream/upstream.ts'

t.test(
  'close rejects new callers, waits for leases and for the queue, and returns the same promise again',
  async (t) => {
    const fake = fakePool({ maxSize: 1, minSize: 1 })
    await fake.connect()
    const lease = await fake.pool.acquire()
    const waiter = fake.pool.acquire()
    const closed = fake.pool.close()
    t.equal(fake.pool.close(), closed)
    await t.rejects(fake.pool.acquire(), PoolClosedError)

    fake.pool.release(lease)
    fake.pool.release(await waiter)
    await fake.closeDestroyed()
    await closed
    t.match(fake.pool.stats(), { active_connections: 0, pool_size: 0, in_use: 0, waiting: 0, created: 1, discarded: 1 })
    t.equal(fake.time.countTimers(), 0, 'no timer is left')
  }
)

t.test('leases and waiting callers that are left when closeTimeout has passed are ended', async (t) => {
  const fake = fakePool({ maxSize: 1, closeTimeout: 500 })
  const lease = fake.pool.acquire()
  await fake.connect()
  const waiter = t.rejects(fake.pool.acquire(), PoolClosedError)
  let closed = false
  fake.pool.close(() => {
    closed = true
  })
  await fake.time.tickAsync(499)
  t.equal(closed, false)
  fake.time.tick(1)
  await waiter
  await fake.closeDestroyed()
  await settled()
  t.equal(closed, true)
  fake.pool.release(await lease)
  t.match(fake.pool.stats(), { active_connections: 0, created: 1, discarded: 1 })
})

t.test('a closing pool whose last connection breaks waits a turn of the event loop for a retry', async (t) => {
  const fake = fakePool({ maxSize: 1 })
  const acquired = fake.pool.acquire()
  await fake.connect()
  await acquired
  let closed = false
  const end = fake.pool.close().then(() => {
    closed = true
  })
  fake.transports[0]?.close()
  await Promise.resolve()
  t.equal(closed, false)
  await end
  t.match(fake.pool.stats(), { active_connections: 0, waiting: 0 })
})

t.test('a closed pool emits no events and opens no connections', async (t) => {
  const fake = fakePool({ minSize: 1 })
  const errors: unknown[] = []
  fake.pool.on('connectionError', (...event) => errors.push(event))
  await fake.fail()
  t.equal(errors.length, 1)
  fake.time.tick(50)
  await fake.pool.close()
  await fake.fail()
  t.equal(errors.length, 1)
  await fake.time.tickAsync(5_000)
  t.equal(fake.opening, 0)

  const pausing = fakePool({ minSize: 1 })
  await pausing.fail()
  await pausing.pool.close()
  t.equal(pausing.time.countTimers(), 0)
})

t.test('destroy rejects waiting callers and closes connections at once, those being opened included', async (t) => {
  for (const destroy of ['promise', 'callback', 'error and callback'] as const) {
    const fake = fakePool({ maxSize: 2 })
    fake.pool.acquire()
    await fake.connect()
    const waiter = t.rejects(fake.pool.acquire(), PoolClosedError)
    const done = Promise.withResolvers<void>()
    if (destroy === 'promise') fake.pool.destroy().then(done.resolve)
    if (destroy === 'callback') fake.pool.destroy(done.resolve)
    if (destroy === 'error and callback') fake.pool.destroy(new Error('end'), done.resolve)
    await waiter
    await fake.closeDestroyed()
    await done.promise
    await fake.connect()
    t.match(
      fake.pool.stats(),
      { active_connections: 0, created: 1, discarded: 1 },
      'a transport that opens late is not counted'
    )
    t.ok(
      fake.transports.every(({ destroyed }) => destroyed),
      'and destroyed'
    )
  }
})

t.test('a closing pool is closed when the last waiting caller has left', async (t) => {
  const fake = fakePool({ acquireTimeout: 200 })
  const waiter = t.rejects(fake.pool.acquire(), AcquireTimeoutError)
  const closed = fake.pool.close()
  fake.time.tick(200)
  await waiter
  await closed
  t.equal(fake.time.countTimers(), 0)
})

t.test('a closing pool opens connections for waiting callers and none to keep its minimum', async (t) => {
  const fake = fakePool({ minSize: 2 })
  const acquired = fake.pool.acquire()
  const closed = fake.pool.close()
  await fake.connect()
  t.equal(fake.opening, 0)
  t.match(fake.pool.stats(), { created: 2, in_use: 1, pool_size: 0 })
  fake.pool.release(await acquired)
  await fake.closeDestroyed()
  await closed
})

t.test('destroy fails a request under way with PoolClosedError', async (t) => {
  const arrived = Promise.withResolvers<void>()
  const upstream = await startUpstream(() => arrived.resolve())
  const pool = socketPool(upstream.url, { maxSize: 1 })
  t.teardown(() => upstream.close())
  const underWay = t.rejects(pool.request({ path: '/', method: 'GET' } as never), PoolClosedError)
  await arrived.promise
  const waiting = t.rejects(pool.request({ path: '/', method: 'GET' } as never), PoolClosedError)
  await pool.destroy(new Error('another reason'))
  await Promise.all([underWay, waiting])
})
