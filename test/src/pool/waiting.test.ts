import { EventEmitter, getEventListeners } from 'node:events'
import t from 'tap'
import { AcquireTimeoutError, QueueFullError } from '../../../src/pool/errors.ts'
import { fakePool, settled } from '../../support/pool/fake-pool.ts'

t.test('waiters are served in the order they came, straight from a release', async (t) => {
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

t.test('nobody waits past the deadline', async (t) => {
  const fake = fakePool({ maxSize: 1, acquireTimeout: 500 })
  const lease = fake.pool.acquire()
  await fake.connect()
  const waiter = t.rejects(fake.pool.acquire(), new AcquireTimeoutError(500))
  fake.time.tick(499)
  t.equal(fake.pool.stats().waiting, 1)
  fake.time.tick(1)
  await waiter
  t.match(fake.pool.stats(), { waiting: 0, timeouts: 1, errors: 1 })
  fake.pool.release(await lease)
  t.equal(fake.pool.stats().pool_size, 1, 'the connection does not go to the one who left')
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
  await t.rejects(fake.pool.acquire({ signal: abort.signal }), reason, 'one that has aborted before never queues')
  fake.pool.release(await lease)
  fake.pool.release(await next)
})

t.test('a signal that has done its work is left alone', async (t) => {
  const fake = fakePool()
  const abort = new AbortController()
  const lease = fake.pool.acquire({ signal: abort.signal })
  await fake.connect()
  await lease
  abort.abort()
  t.match(fake.pool.stats(), { in_use: 1, waiting: 0 })
})

t.test('a waiter is refused once, also when another one’s refusal makes it leave', async (t) => {
  const fake = fakePool({ maxSize: 1 })
  const abort = new AbortController()
  const refusals: unknown[] = []
  const onRequestStart = () => {}
  fake.pool.dispatch(
    { path: '/', method: 'GET' },
    { onRequestStart, onResponseError: () => abort.abort(new Error('left')) }
  )
  fake.pool.dispatch(
    { path: '/', method: 'GET', signal: abort.signal },
    { onRequestStart, onResponseError: (_controller, error) => refusals.push(error) }
  )
  await fake.fail()
  t.match(refusals, [{ message: 'left' }])
  t.equal(refusals.length, 1)
})

t.test('a request with priority goes before all who wait, also when the queue is full', async (t) => {
  const fake = fakePool({ maxSize: 1, maxWaiting: 1 })
  const lease = fake.pool.acquire()
  await fake.connect()
  const waiter = fake.pool.acquire()
  await t.rejects(fake.pool.acquire(), new QueueFullError(1))
  const started: unknown[] = []
  const options = { path: '/', method: 'GET', priority: true } as const
  fake.pool.dispatch(options, { onRequestStart: () => started.push(options), onResponseError: () => {} })
  t.match(fake.pool.stats(), { waiting: 2, rejected: 1 })
  fake.pool.release(await lease)
  t.match(fake.pool.stats(), { waiting: 1, in_use: 1 }, 'the one that came first still waits')
  fake.transports[0]?.close()
  await settled()
  await fake.connect()
  fake.pool.release(await waiter)
})

t.test('when the queue is full a caller is told at once', async (t) => {
  const fake = fakePool({ maxSize: 1, maxWaiting: 1 })
  fake.pool.acquire()
  await fake.connect()
  const waiter = fake.pool.acquire()
  await t.rejects(fake.pool.acquire(), new QueueFullError(1))
  t.match(fake.pool.stats(), { waiting: 1, rejected: 1, errors: 1 })
  await settled()
  fake.pool.destroy()
  await t.rejects(waiter)
})

t.test(
  'without a queue a connection is opened for a caller, up to the maximum, and only then is one refused',
  async (t) => {
    for (const minSize of [0, 2]) {
      const fake = fakePool({ minSize, maxSize: 3, maxWaiting: 0 })
      const leases = [1, 2, 3].map(() => fake.pool.acquire())
      t.equal(fake.opening, 3)
      await t.rejects(fake.pool.acquire(), new QueueFullError(0))
      await fake.connect()
      await t.rejects(fake.pool.acquire(), new QueueFullError(0))
      const [first] = await Promise.all(leases)
      if (first) fake.pool.release(first)
      await fake.pool.acquire()
      t.match(fake.pool.stats(), { in_use: 3, waiting: 0, rejected: 2 })
    }
  }
)

t.test('without a queue a caller gets a new connection where the idle one has expired or been renewed', async (t) => {
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
})

t.test('without a queue a caller is told that the origin cannot be reached', async (t) => {
  const fake = fakePool({ maxWaiting: 0 })
  const refused = t.rejects(fake.pool.acquire(), { code: 'UPSTREAM_UNREACHABLE' })
  await fake.fail()
  await refused
  await t.rejects(fake.pool.acquire(), { code: 'UPSTREAM_UNREACHABLE' })
})

t.test('waiting is measured, not waiting is not', async (t) => {
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

t.test("an emitter ends the wait too, as with undici's own dispatchers", async (t) => {
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
  t.equal(signal.listenerCount('abort'), 0, 'whoever has a connection waits no more')
})

t.test('a handler that throws when it has to wait does not wait', async (t) => {
  const fake = fakePool({ maxSize: 1 })
  fake.pool.acquire()
  await fake.connect()
  const bug = new Error('a bug')
  const failures: Error[] = []
  fake.pool.dispatch(
    { path: '/', method: 'GET' },
    {
      onRequestStart() {},
      onRequestQueued: () => {
        throw bug
      },
      onResponseError: (_controller, error) => void failures.push(error)
    }
  )
  t.strictSame(failures, [bug])
  fake.time.tick(60_000)
  t.match(fake.pool.stats(), { waiting: 0, timeouts: 0 })
  t.equal(failures.length, 1)
})

t.test('nobody listens to a signal any more when the wait is over', async (t) => {
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
