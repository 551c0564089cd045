import t from 'tap'
import type { LongLease } from '../../../src/pool/options.ts'
import { CONTROLLER, fakePool } from '../../support/pool/fake-pool.ts'

function reportingPool() {
  const reports: LongLease[] = []
  const fake = fakePool({ longLease: { after: 5_000, report: (lease) => reports.push(lease) }, lifetime: 1e9 })
  return { ...fake, reports }
}

t.test('a lease that is not returned for long is reported once, with the place that took it', async (t) => {
  const { pool, time, connect, reports } = reportingPool()
  const acquired = pool.acquire()
  await connect()
  const lease = await acquired
  time.tick(4_900)
  t.strictSame(reports, [])
  time.tick(1_000)
  t.match(reports, [{ duration: 5_000 }])
  const lines = reports[0]?.place.split('\n') ?? []
  t.match(lines[0], /long-lease\.test\.ts:\d+/)
  t.ok(lines.length > 1)
  time.tick(60_000)
  t.equal(reports.length, 1)
  pool.release(lease)

  await pool.acquire()
  time.tick(6_000)
  t.equal(reports.length, 2, 'the next borrower is another matter')
  t.ok((reports[1]?.duration ?? 0) < 7_000)
})

t.test('so is a request, and what idles is nobody’s', async (t) => {
  const { pool, time, connect, transports, reports } = reportingPool()
  pool.dispatch({ path: '/rest/v1/rows?secret=1', method: 'GET' }, { onRequestStart() {}, onResponseError() {} })
  await connect()
  time.tick(6_000)
  t.match(reports, [{ place: 'GET /rest/v1/rows' }])

  transports[0]?.handler?.onResponseEnd?.(CONTROLLER, {})
  await Promise.resolve()
  t.equal(pool.stats().pool_size, 1)
  time.tick(60_000)
  t.equal(reports.length, 1)
})

t.test('unless asked for, no places are noted', async (t) => {
  const { pool, time, connect } = fakePool()
  const acquired = pool.acquire()
  await connect()
  await acquired
  time.tick(60_000)
  t.match(pool.stats(), { in_use: 1 })
})
