import { EventEmitter, getEventListeners } from 'node:events'
import t from 'tap'
import { AcquireTimeoutError, QueueFullError } from '../../../src/pool/errors.ts'
import { fakePool, settled } from '../../support/pool/fake-pool.ts'

t.test('callers that wait are granted released connections in the order in which they came', async (t) => {
  const fake = fakePool({ maxSize: 1 })
  const first = fake.pool.acquire()
  await fake.connect()
  const served: number[] = []
  const waiters = [1, 2, 3].map(async (number) => {
    const lease = await fake.pool.acquire()
    served.push(number)
    fake.pool.release(lease)
  })
  fake.pool.release(await first)
  await Promise.all(waiters)
  t.strictSame(served, [1, 2, 3])
  t.match(fake.pool.stats(), { created: 1, reused: 3, waiting: 0, pool_size: 1 })
})

t.test('a caller is rejected when its deadline passes while it waits', async (t) => {
  const fake = fakePool({ maxSize: 1, acquireTimeout: 500 })
  const lease = fake.pool.acquire()
  await fake.connect()
  const waiter = t.rejects(fake.pool.acquire(), new AcquireTimeoutError('the origin', 500))
  fake.time.tick(499)
  t.equal(fake.pool.stats().waiting, 1)
  fake.time.tick(1)
  await waiter
  t.match(fake.pool.stats(), { waiting: 0, timeouts: 1, errors: 1 })
  fake.pool.release(await lease)
  t.equal(fake.pool.stats().pool_size, 1, 'the connection is not granted to the caller that has left')
})

t.test('a caller that aborts leaves the queue at once', async (t) => {
  const fake = fakePool({ maxSize: 1 })
  const lease = fake.pool.acquire()
  await fake.connect()
  const abort = new AbortController()
  const reason = new Error('gone')
  const waiter = t.rejects(fake.pool.acquire({ signal: abort.signal }), reason)
  const next = fake.pool.acquire()
  abort.abort(reason)
  await waiter
  t.equal(fake.pool.stats().waiting, 1)
  await t.rejects(
    fake.pool.acquire({ signal: abort.signal }),
    reason,
    'a signal that is already aborted rejects before the queue'
  )
  fake.pool.release(await lease)
  fake.pool.release(await next)
})

t.test('aborting the signal of an acquired connection changes nothing', async (t) => {
  const fake = fakePool()
  const abort = new AbortController()
  const lease = fake.pool.acquire({ signal: abort.signal })
  await fake.connect()
  await lease
  abort.abort()
  t.match(fake.pool.stats(), { in_use: 1, waiting: 0 })
})

t.test('a caller is rejected once, also when the rejection of another one aborts its signal', async (t) => {
  const fake = fakePool({ maxSize: 1 })
  const abort = new AbortController()
  const failures: unknown[] = []
  const onRequestStart = () => {}
  fake.pool.dispatch(
    { path: '/', method: 'GET' },
    { onRequestStart, onResponseError: () => abort.abort(new Error('left')) }
  )
  fake.pool.dispatch(
    { path: '/', method: 'GET', signal: abort.signal },
    { onRequestStart, onResponseError: (_controller, error) => failures.push(error) }
  )
  await fake.fail()
  t.match(failures, [{ message: 'left' }])
  t.equal(failures.length, 1)
})

t.test('a request with priority goes before all others that wait, also when the queue is full', async (t) => {
  const fake = fakePool({ maxSize: 1, maxWaiting: 1 })
  const lease = fake.pool.acquire()
  await fake.connect()
  const waiter = fake.pool.acquire()
  await t.rejects(fake.pool.acquire(), new QueueFullError('the origin', 1))
  const started: unknown[] = []
  const options = { path: '/', method: 'GET', priority: true } as const
  fake.pool.dispatch(options, { onRequestStart: () => started.push(options), onResponseError: () => {} })
  t.match(fake.pool.stats(), { waiting: 2, rejected: 1 })
  fake.pool.release(await lease)
  t.match(fake.pool.stats(), { waiting: 1, in_use: 1 }, 'the caller that came first still waits')
  fake.transports[0]?.close()
  await settled()
  await fake.connect()
  fake.pool.release(await waiter)
})

t.test('when the queue is full, a caller is rejected at once', async (t) => {
  const fake = fakePool({ maxSize: 1, maxWaiting: 1 })
  fake.pool.acquire()
  await fake.connect()
  const waiter = fake.pool.acquire()
  await t.rejects(fake.pool.acquire(), new QueueFullError('the origin', 1))
  t.match(fake.pool.stats(), { waiting: 1, rejected: 1, errors: 1 })
  await settled()
  fake.pool.destroy()
  await t.rejects(waiter)
})

t.test('with maxWaiting 0, callers are rejected only when the pool has its maximum of connections', async (t) => {
  for (const minSize of [0, 2]) {
    const fake = fakePool({ minSize, maxSize: 3, maxWaiting: 0 })
    const leases = [1, 2, 3].map(() => fake.pool.acquire())
    t.equal(fake.opening, 3)
    await t.rejects(fake.pool.acquire(), new QueueFullError('the origin', 0))
    await fake.connect()
    await t.rejects(fake.pool.acquire(), new QueueFullError('the origin', 0))
    const [first] = await Promise.all(leases)
    if (first) fake.pool.release(first)
    await fake.pool.acquire()
    t.match(fake.pool.stats(), { in_use: 3, waiting: 0, rejected: 2 })
  }
})

t.test(
  'with maxWaiting 0, a caller is granted a new connection when the idle one has expired or been renewed',
  async (t) => {
    const fake = fakePool({ minSize: 1, maxSize: 1, maxWaiting: 0, lifetime: 500 })
    await fake.connect()
    fake.time.tick(600)
    const afterExpiry = fake.pool.acquire()
    await fake.closeDestroyed()
    await fake.connect()
    fake.pool.release(await afterExpiry)
    fake.pool.renew()
    const afterRenewal = fake.pool.acquire()
    await fake.closeDestroyed()
    await fake.connect()
    fake.pool.release(await afterRenewal)
    t.match(fake.pool.stats(), { created: 3, rejected: 0 })
  }
)

t.test('with maxWaiting 0, a caller is told that the origin cannot be reached', async (t) => {
  const fake = fakePool({ maxWaiting: 0 })
  const rejected = t.rejects(fake.pool.acquire(), { code: 'UPSTREAM_UNREACHABLE' })
  await fake.fail()
  await rejected
  await t.rejects(fake.pool.acquire(), { code: 'UPSTREAM_UNREACHABLE' })
})

t.test('wait_ms counts the callers that had to wait and no others', async (t) => {
  const fake = fakePool({ maxSize: 1 })
  fake.time.tick(5_000)
  const lease = fake.pool.acquire()
  fake.time.tick(30)
  await fake.connect()
  fake.pool.release(await lease)
  fake.pool.release(await fake.pool.acquire())
  t.match(fake.pool.stats().wait_ms, { count: 1 })
  // The histogram keeps three significant digits.
  t.ok(Math.abs(fake.pool.stats().wait_ms.p99 - 30) < 0.1)
})

t.test("an EventEmitter as signal ends the wait, as with undici's own dispatchers", async (t) => {
  const fake = fakePool({ maxSize: 1 })
  const lease = fake.pool.acquire()
  await fake.connect()
  const signal = new EventEmitter()
  const failures: Error[] = []
  const handler = { onRequestStart() {}, onResponseError: (_: unknown, error: Error) => void failures.push(error) }
  fake.pool.dispatch({ path: '/', method: 'GET', signal }, handler)
  t.equal(fake.pool.stats().waiting, 1)
  signal.emit('abort')
  t.match(failures, [{ code: 'UND_ERR_ABORTED' }])
  t.match(fake.pool.stats(), { waiting: 0, errors: 0 })

  fake.pool.dispatch({ path: '/', method: 'GET', signal }, handler)
  fake.pool.release(await lease)
  t.equal(signal.listenerCount('abort'), 0, 'the listener is removed when a connection is granted')
})

t.test('the listener on a signal is removed when the wait is over', async (t) => {
  const fake = fakePool({ maxSize: 1 })
  const lease = fake.pool.acquire()
  await fake.connect()
  const { signal } = new AbortController()
  const next = fake.pool.acquire({ signal })
  t.equal(getEventListeners(signal, 'abort').length, 1)
  fake.pool.release(await lease)
  await next
  t.equal(getEventListeners(signal, 'abort').length, 0)
})
