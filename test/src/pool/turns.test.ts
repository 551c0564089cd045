// Which of the callers that wait is served next, and which is rejected when the queue is full.
import t from 'tap'
import { CONTROLLER, fakePool, settled } from '../../support/pool/fake-pool.ts'
import { ManualClock } from '../../support/pool/manual-clock.ts'

t.test('callers that wait take turns, each in the order of its own requests', async (t) => {
  const { send, respond, sent } = await fullPool()
  for (const path of ['/a1', '/a2', '/a3', '/b1', '/b2', '/c1']) send(path)
  await respond(3)
  t.strictSame(sent, ['/a1', '/b1', '/c1'])
  send('/d1')
  send('/c2')
  await respond(5)
  t.strictSame(sent.slice(3), ['/a2', '/b2', '/d1', '/c2', '/a3'], 'a new caller comes after those that wait')
})

t.test('a caller that has left the queue loses its turn, and is served when it comes again', async (t) => {
  const { send, respond, sent } = await fullPool()
  const abort = new AbortController()
  for (const path of ['/a1', '/a2', '/b1']) send(path)
  send('/c1', { signal: abort.signal })
  send('/b2')
  abort.abort()
  send('/c2')
  await respond(5)
  t.strictSame(sent, ['/a1', '/b1', '/c2', '/a2', '/b2'])
})

t.test('requests that name no caller share the turn of one', async (t) => {
  const { send, respond, sent } = await fullPool()
  for (const path of ['/1', '/2', '/3']) send(path, { caller: undefined })
  send('/a1')
  await respond(4)
  t.strictSame(sent, ['/1', '/a1', '/2', '/3'])
})

t.test('a request with priority goes before the turn of whoever waits', async (t) => {
  const { send, respond, sent } = await fullPool()
  send('/a1')
  send('/b1')
  send('/b2', { priority: true })
  await respond(3)
  t.strictSame(sent, ['/b2', '/a1', '/b1'])
})

t.test('a request is asked for its caller only if it has to wait', async (t) => {
  const fake = fakePool({ minSize: 1, maxSize: 1 })
  await fake.connect()
  let asked = 0
  const caller = () => `${++asked}`
  const handler = { onRequestStart() {}, onResponseError() {} }
  fake.pool.dispatch({ path: '/', method: 'GET', caller }, handler)
  t.equal(asked, 0)
  fake.pool.dispatch({ path: '/', method: 'GET', caller }, handler)
  t.equal(asked, 1)
})

t.test('when the queue is full, the newest request of the caller with the most is rejected', async (t) => {
  const { fake, send, respond, sent, rejected } = await fullPool({ maxWaiting: 4 })
  for (const path of ['/a1', '/b1', '/b2', '/b3']) send(path)
  t.strictSame(rejected, [])
  send('/c1')
  t.strictSame(rejected, ['/b3 POOL_QUEUE_FULL'])
  t.match(fake.pool.stats(), { waiting: 4, rejected: 1, errors: 1 })
  await respond(4)
  t.strictSame(sent, ['/a1', '/b1', '/c1', '/b2'])
})

t.test('when the queue is full, a caller gets no more places than another has', async (t) => {
  const { send, rejected } = await fullPool({ maxWaiting: 4 })
  for (const path of ['/a1', '/a2', '/b1', '/b2']) send(path)
  for (const path of ['/b3', '/c1', '/c2', '/b3', '/d1', '/d2']) send(path)
  t.strictSame(
    rejected.map((line) => line.split(' ', 1)[0]),
    ['/b3', '/a2', '/c2', '/b3', '/b2', '/d2']
  )
})

t.test('a caller that queues another request while one of its own is rejected is told of both', async (t) => {
  const { send, rejected } = await fullPool({ maxWaiting: 1 })
  send('/a1')
  let again = true
  send('/a2', {
    onReject: () => {
      if (again) send('/b1')
      again = false
    }
  })
  t.strictSame(rejected, ['/a2 POOL_QUEUE_FULL', '/b1 POOL_QUEUE_FULL'])
})

t.test('one timer keeps the deadlines of all who wait', async (t) => {
  const clock = new ManualClock()
  const { fake, send, respond, rejected } = await fullPool({ clock, acquireTimeout: 100 })
  const timers = clock.pending
  send('/a1')
  clock.tick(40)
  for (const path of ['/b1', '/a2', '/c1']) send(path)
  clock.tick(40)
  send('/b2', { onReject: () => send('/b3') })
  t.equal(clock.pending, timers + 1)
  clock.tick(19)
  t.strictSame(rejected, [])
  clock.tick(1)
  t.strictSame(rejected, ['/a1 POOL_TIMEOUT'])
  clock.tick(40)
  t.strictSame(rejected.slice(1), ['/b1 POOL_TIMEOUT', '/a2 POOL_TIMEOUT', '/c1 POOL_TIMEOUT'])
  clock.tick(40)
  t.strictSame(rejected.slice(4), ['/b2 POOL_TIMEOUT'])
  t.match(fake.pool.stats(), { timeouts: 5, waiting: 1 })
  t.equal(clock.pending, timers + 1, 'who came meanwhile has a deadline as well')
  await respond(1)
  t.equal(clock.pending, timers, 'when nobody waits there is no timer')
})

interface SendOptions {
  caller?: (() => string) | undefined
  signal?: AbortSignal
  priority?: boolean
  onReject?: () => void
}

/** A pool whose only connection is leased. A path names the caller by its first letter. */
async function fullPool(options: Parameters<typeof fakePool>[0] = {}) {
  const fake = fakePool({ minSize: 1, maxSize: 1, ...options })
  await fake.connect()
  const sent: string[] = []
  const rejected: string[] = []
  const send = (path: string, { onReject, ...options }: SendOptions = {}) => {
    fake.pool.dispatch(
      { path, method: 'GET', caller: () => path.slice(1, 2), ...options },
      {
        onRequestStart: () => void sent.push(path),
        onResponseError: (_controller, error) => {
          rejected.push(`${path} ${(error as { code?: string }).code}`)
          onReject?.()
        }
      }
    )
  }
  send('/first')
  sent.pop()
  /** Ends the response under way, `count` times in a row. */
  const respond = async (count: number) => {
    for (let i = 0; i < count; i++) {
      fake.transports[0]?.handler?.onResponseEnd?.(CONTROLLER, {})
      await settled()
    }
  }
  return { fake, send, respond, sent, rejected }
}
