import t from 'tap'
import { CONTROLLER, fakePool, settled } from '../../support/pool/fake-pool.ts'
import { socketPool } from '../../support/pool/socket-pool.ts'
import { startUpstream } from '../../support/upstream/upstream.ts'

type Fake = ReturnType<typeof fakePool>

/** Sends a request; returns a list of what happens to it. */
function send({ pool }: Fake, signal?: AbortSignal): string[] {
  const events: string[] = []
  pool.dispatch(
    { path: '/', method: 'GET', ...(signal && { signal }) },
    {
      onRequestStart: () => events.push('sent'),
      onResponseEnd: () => events.push('ended'),
      onResponseError: (_controller, error) => events.push(error.message)
    }
  )
  return events
}

/** Breaks the connection of a request under way. */
async function lose({ transports }: Fake, index: number): Promise<void> {
  const transport = transports[index]
  if (!transport) throw new Error(`There is no transport ${index}`)
  transport.open = false
  transport.handler?.onResponseError?.(CONTROLLER, Object.assign(new Error('lost'), { code: 'ECONNRESET' }))
  await settled()
}

/** A pool with this many idle connections. */
async function idlePool(count: number, maxSize = count): Promise<Fake> {
  const fake = fakePool({ minSize: count, maxSize })
  await fake.connect()
  return fake
}

t.test('a retry waits for a connection that was just opened or released, though another one idles', async (t) => {
  const fake = await idlePool(2, 3)
  const events = send(fake)
  await lose(fake, 1)
  t.match(fake.pool.stats(), { pool_size: 1, waiting: 1 })
  t.equal(fake.opening, 1)
  await fake.connect()
  t.strictSame(events, ['sent', 'sent'])
})

t.test('a retry goes before callers that came later', async (t) => {
  const fake = await idlePool(1)
  const first = send(fake)
  const second = send(fake)
  await lose(fake, 0)
  await fake.closeDestroyed()
  await fake.connect()
  t.strictSame(first, ['sent', 'sent'])
  t.strictSame(second, [])
})

t.test('during an outage a retry is granted an idle connection', async (t) => {
  const fake = await idlePool(2, 3)
  const events = send(fake)
  await lose(fake, 1)
  await fake.fail()
  t.strictSame(events, ['sent', 'sent'])
  t.match(fake.pool.stats(), { in_use: 1, waiting: 0 })
})

t.test('a full queue does not reject a retry', async (t) => {
  const fake = fakePool({ minSize: 1, maxSize: 1, maxWaiting: 0 })
  await fake.connect()
  const events = send(fake)
  await lose(fake, 0)
  t.match(fake.pool.stats(), { waiting: 1, rejected: 0 })
  await fake.closeDestroyed()
  await fake.connect()
  t.strictSame(events, ['sent', 'sent'])
})

t.test('a request whose signal was aborted is not retried', async (t) => {
  const fake = await idlePool(1)
  const abort = new AbortController()
  const events = send(fake, abort.signal)
  abort.abort(new Error('left'))
  await lose(fake, 0)
  t.strictSame(events, ['sent', 'left'])
  t.match(fake.pool.stats(), { waiting: 0, in_use: 0, retired: { broken: 1 } })
})

t.test('a request is retried twice at most', async (t) => {
  const fake = await idlePool(3)
  const leases = [await fake.pool.acquire(), await fake.pool.acquire()]
  const events = send(fake)
  for (const [index, lease] of leases.entries()) {
    await lose(fake, index ? 2 : 0)
    fake.pool.release(lease)
    await settled()
  }
  t.strictSame(events, ['sent', 'sent', 'sent'])
  await lose(fake, 1)
  t.strictSame(events, ['sent', 'sent', 'sent', 'lost'])
})

t.test("a request that its caller has aborted is not retried, whatever the abort's reason", async (t) => {
  const upstream = await startUpstream(() => {})
  const pool = socketPool(upstream.url)
  t.teardown(() => Promise.all([pool.destroy(), upstream.close()]))
  const reason = Object.assign(new Error('aborted'), { code: 'ECONNRESET' })
  const warm = await pool.acquire()
  pool.release(warm)
  const error = await new Promise((resolve) => {
    pool.dispatch(
      { path: '/', method: 'GET' },
      {
        onRequestStart: (controller) => void setImmediate(() => controller.abort(reason)),
        onResponseError: (_controller, error) => resolve(error)
      }
    )
  })
  t.equal(error, reason)
  t.match(pool.stats(), { created: 1, waiting: 0, in_use: 0 })
})

t.test('a request whose response has begun is not retried', async (t) => {
  const fake = await idlePool(1)
  const events = send(fake)
  fake.transports[0]?.handler?.onResponseStart?.(CONTROLLER, 200, {})
  await lose(fake, 0)
  t.strictSame(events, ['sent', 'lost'])
  t.match(fake.pool.stats(), { waiting: 0, in_use: 0 })
})
