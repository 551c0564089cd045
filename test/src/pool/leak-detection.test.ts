import t from 'tap'
import type { PossibleLeak } from '../../../src/pool/options.ts'
import { CONTROLLER, fakePool } from '../../support/pool/fake-pool.ts'

function reportingPool() {
  const reports: PossibleLeak[] = []
  const fake = fakePool({ leakDetection: { threshold: 5_000, report: (leak) => reports.push(leak) }, lifetime: 1e9 })
  return { ...fake, reports }
}

t.test(
  'a lease that is not released within the threshold is reported once, with the call site of acquire',
  async (t) => {
    const { pool, time, connect, reports } = reportingPool()
    const acquired = pool.acquire()
    await connect()
    const lease = await acquired
    time.tick(4_900)
    t.strictSame(reports, [])
    time.tick(1_000)
    t.match(reports, [{ duration: 5_000 }])
    const lines = reports[0]?.callSite.split('\n') ?? []
    t.match(lines[0], /leak-detection\.test\.ts:\d+/)
    t.ok(lines.length > 1)
    time.tick(60_000)
    t.equal(reports.length, 1)
    pool.release(lease)

    await pool.acquire()
    time.tick(6_000)
    t.equal(reports.length, 2, 'the next lease is reported as well')
    t.ok((reports[1]?.duration ?? 0) < 7_000)
  }
)

t.test(
  'a request that holds a connection beyond the threshold is reported by method and path, an idle connection never',
  async (t) => {
    const { pool, time, connect, transports, reports } = reportingPool()
    pool.dispatch({ path: '/rest/v1/rows?secret=1', method: 'GET' }, { onRequestStart() {}, onResponseError() {} })
    await connect()
    time.tick(6_000)
    t.match(reports, [{ callSite: 'GET /rest/v1/rows' }])

    transports[0]?.handler?.onResponseEnd?.(CONTROLLER, {})
    await Promise.resolve()
    t.equal(pool.stats().pool_size, 1)
    time.tick(60_000)
    t.equal(reports.length, 1)
  }
)

t.test(
  'a request that sends or receives data is reported only when neither has happened for the threshold',
  async (t) => {
    const { pool, time, connect, transports, reports } = reportingPool()
    pool.dispatch({ path: '/', method: 'POST' }, { onRequestStart() {}, onResponseError() {} })
    await connect()
    const chunk = Buffer.from('x')
    for (const transfer of ['onBodySent', 'onResponseData'] as const) {
      for (let i = 0; i < 5; i++) {
        time.tick(4_000)
        if (transfer === 'onBodySent') transports[0]?.handler?.onBodySent?.(chunk)
        else transports[0]?.handler?.onResponseData?.(CONTROLLER, chunk)
      }
    }
    t.strictSame(reports, [])
    time.tick(7_000)
    t.match(reports, [{ callSite: 'POST /' }])
    t.ok((reports[0]?.duration ?? 0) > 40_000, 'since it was acquired')
  }
)

t.test('without leak detection, long leases are not reported', async (t) => {
  const { pool, time, connect } = fakePool()
  const acquired = pool.acquire()
  await connect()
  await acquired
  time.tick(60_000)
  t.match(pool.stats(), { in_use: 1 })
})
