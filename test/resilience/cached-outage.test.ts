// Supabase goes away under load while the cache is warm: readers of known pages do not notice, and its return is no stampede.
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { type ClientResponse, Clients, runInLoops } from '../support/load/clients.ts'
import { reportFigure, scale } from '../support/load/deep-tests.ts'
import { readSample } from '../support/service/exposition.ts'
import { startService } from '../support/service/process.ts'
import { startGateway } from '../support/upstream/gateway.ts'
import { startPostgrest } from '../support/upstream/postgrest.ts'

const CLIENTS = 10
const PAGES = 20
const POOL_SIZE = 10
/** Half of it PostgREST is gone behind its gateway, half of it nobody listens. */
const OUTAGE_MS = scale(3_000, 60_000)
const MAX_FAILURE_MS = 1_000
const MAX_RECOVERY_MS = 1_000

t.test(
  'in an outage known pages are served, unknown ones fail at once, and all is well within a second of its end',
  async (t) => {
    const postgrest = await startPostgrest()
    const gateway = await startGateway(postgrest)
    const clients = new Clients(CLIENTS + 1)
    t.teardown(() => Promise.all([clients.close(), gateway.close().then(postgrest.stop)]))
    const settings = { CACHE_SECONDS: '1', CACHE_STALE_SECONDS: '120', DB_POOL_MAX_SIZE: String(POOL_SIZE) }
    const url = await startService(t, { ...gateway.environment, ...settings }).url
    const pages = Array.from({ length: PAGES }, (_, i) => `${url}/api/molecules?limit=3&offset=${i}`)
    const known = await Promise.all(pages.map((page) => clients.get(page)))

    const responses: (ClientResponse & { at: number })[] = []
    const strangers: (ClientResponse & { at: number })[] = []
    let isOver = false
    let next = 0
    const load = runInLoops(
      CLIENTS,
      () => !isOver,
      async () => {
        const page = next++ % PAGES
        const response = await clients.get(pages[page] as string)
        responses.push({ ...response, at: performance.now() })
        if (response.body !== known[page]?.body) responses.push({ ...response, status: -1, at: performance.now() })
        await sleep(5)
      }
    )
    const readUnknown = async () => {
      const response = await clients.get(`${url}/api/molecules?limit=7&offset=${strangers.length}`)
      strangers.push({ ...response, at: performance.now() })
      return response.status
    }
    const failing = async (durationMs: number) => {
      for (const end = performance.now() + durationMs; performance.now() < end; await sleep(50)) await readUnknown()
    }

    await sleep(500)
    const from = performance.now()
    await postgrest.kill()
    await failing(OUTAGE_MS / 2)
    await gateway.suspend()
    await failing(OUTAGE_MS / 2)
    const failed = [...strangers]
    await postgrest.restart()
    const asked = () => gateway.requests.filter(({ url }) => url.includes('limit=3&')).length
    const before = asked()
    const back = performance.now()
    await gateway.resume()
    while ((await readUnknown()) !== 200) await sleep(10)
    const recovery = performance.now() - back
    await sleep(Math.max(0, back + MAX_RECOVERY_MS - performance.now()))
    const askedInFirstSecond = asked() - before
    const isFresh = (page: ClientResponse) => page.status === 200 && Number(page.headers.age ?? 0) <= 3
    await sleep(500)
    const afterwards = await Promise.all(pages.map((page) => clients.get(page)))
    isOver = true
    await load
    const { body: metrics } = await clients.get(`${url}/metrics`)
    const metric = (name: string) => readSample(metrics, `cryoprotect_cache_${name}`)

    t.strictSame(
      responses.filter(({ status }) => status !== 200),
      [],
      'no reader of a known page sees an error or another page'
    )
    const during = responses.filter(({ at }) => at > from && at < back)
    const slowest = Math.max(...during.map(({ durationMs }) => durationMs))
    t.ok(during.length > PAGES && slowest < MAX_FAILURE_MS, `nor waits longer than ${slowest.toFixed(0)} ms`)
    const oldest = Math.max(...during.map(({ headers }) => Number(headers.age ?? 0)))
    t.ok(oldest >= Math.floor(OUTAGE_MS / 1000) - 1, `the oldest page says that it is ${oldest} s old`)
    const slowestFailure = Math.max(...failed.map(({ durationMs }) => durationMs))
    t.ok(failed.length > 10 && failed.every(({ status }) => status === 502), 'unknown pages get 502')
    t.ok(slowestFailure < MAX_FAILURE_MS, `within ${slowestFailure.toFixed(0)} ms`)
    t.ok(recovery < MAX_RECOVERY_MS, `an unknown page is served ${recovery.toFixed(0)} ms after the outage`)
    t.ok(afterwards.every(isFresh), 'known pages are new again')
    t.ok(
      askedInFirstSecond <= POOL_SIZE + PAGES,
      `Supabase is asked for ${askedInFirstSecond} pages in the first second`
    )
    const hits = metric('hits_total{state="fresh"}') + metric('hits_total{state="stale"}')
    const reads = known.length + responses.length + strangers.length + afterwards.length
    t.equal(hits + metric('misses_total'), reads, 'every read is a hit or a miss')
    t.ok(metric('hits_total{state="stale"}') > during.length / 2)
    reportFigure(
      t,
      `${(OUTAGE_MS / 1000).toFixed(0)} s: ${during.length} reads of known pages, none failed, ${slowest.toFixed(0)} ms at most; ` +
        `${failed.length} of unknown ones, ${slowestFailure.toFixed(0)} ms at most; full service after ${recovery.toFixed(0)} ms, ` +
        `${askedInFirstSecond} requests in the first second`
    )
  }
)
