import t from 'tap'
import { createFetch } from '../../../src/pool/fetch.ts'
import { fakePool, settled } from '../../support/pool/fake-pool.ts'
import { socketPool } from '../../support/pool/socket-pool.ts'
import { startUpstream } from '../../support/upstream/upstream.ts'

// fetch blocks some ports, such as that of the fake pool's own origin.
const ORIGIN = 'http://127.0.0.1:2000'

t.test('a fetch that is aborted while it waits for a connection leaves the queue', async (t) => {
  const fake = fakePool({ origin: ORIGIN, maxSize: 1, maxWaiting: 5 })
  const lease = fake.pool.acquire()
  await fake.connect()
  const fetch = createFetch(fake.pool)
  for (let i = 0; i < 2; i++) {
    const abort = new AbortController()
    const aborted = Array.from({ length: 5 }, () => t.rejects(fetch(ORIGIN, { signal: abort.signal })))
    await settled()
    t.equal(fake.pool.stats().waiting, 5)
    abort.abort()
    await Promise.all(aborted)
    t.match(fake.pool.stats(), { waiting: 0, rejected: 0 })
  }
  fake.pool.release(await lease)
})

t.test('a fetch over the pool returns the response and has a resource timing', async (t) => {
  const upstream = await startUpstream()
  const pool = socketPool(upstream.url)
  t.teardown(() => Promise.all([pool.destroy(), upstream.close()]))
  const fetch = createFetch(pool)
  performance.clearResourceTimings()
  for (const init of [undefined, { signal: new AbortController().signal }, { signal: null }]) {
    const response = await fetch(`${upstream.url}/rows`, init)
    t.same(await response.json(), [])
  }
  t.match(upstream.requests, Array(3).fill({ headers: { apikey: 'legacy.anon.key' } }))
  await settled()
  const timings = performance.getEntriesByType('resource') as unknown as { responseStart: number }[]
  t.equal(timings.length, 3)
  for (const { responseStart } of timings) t.ok(responseStart > 0)
})
