// Supabase goes away under load and comes back: callers get timely errors, and the service recovers without a restart.
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { type ClientResponse, Clients, runInLoops } from '../support/load/clients.ts'
import { reportFigure, scale } from '../support/load/deep-tests.ts'
import { startService } from '../support/service/process.ts'
import { startGateway } from '../support/upstream/gateway.ts'
import { startPostgrest } from '../support/upstream/postgrest.ts'

const CLIENTS = 20
const OUTAGE_MS = scale(2_000, 5_000)
const MAX_RECOVERY_MS = scale(2_000, 1_000)
const MAX_RESPONSE_MS = 2_000

for (const down of scale(['PostgREST and the gateway'], ['PostgREST and the gateway', 'PostgREST'])) {
  t.test(`an outage of ${down} is answered with 5xx in time, and the service recovers by itself`, async (t) => {
    const postgrest = await startPostgrest()
    const gateway = await startGateway(postgrest)
    const clients = new Clients(CLIENTS + 1)
    t.teardown(() => Promise.all([clients.close(), gateway.close().then(postgrest.stop)]))
    const service = startService(t, { ...gateway.environment, COALESCE_READS: 'false' })
    const url = await service.url
    const failedAttempts = async () => JSON.parse((await clients.get(`${url}/pool/stats`)).body).stats.errors

    const responses: (ClientResponse & { at: number })[] = []
    let isOver = false
    const load = runInLoops(
      CLIENTS,
      () => !isOver,
      async () => {
        const response = await clients.get(`${url}/api/molecules`)
        responses.push({ ...response, at: performance.now() })
        // As clients that heed Retry-After.
        if (response.status !== 200) await sleep(20)
      }
    )
    await sleep(scale(500, 2_000))
    const from = performance.now()
    const before = await failedAttempts()
    if (down !== 'PostgREST') await gateway.suspend()
    await postgrest.kill()
    await sleep(OUTAGE_MS - (performance.now() - from))
    const failedDuringOutage = (await failedAttempts()) - before
    await postgrest.restart()
    if (down !== 'PostgREST') await gateway.resume()
    const back = performance.now()
    await sleep(scale(2_500, 4_000))
    isOver = true
    await load

    const failed = responses.filter(({ status }) => status !== 200)
    const afterwards = responses.filter(({ at }) => at > back + MAX_RECOVERY_MS)
    const recovered = Math.max(0, ...failed.map(({ at }) => at - back))
    const slowest = Math.max(...failed.map(({ durationMs }) => durationMs))
    const statuses = Object.entries(Object.groupBy(failed, ({ status }) => status))
    t.ok(responses.some(({ at, status }) => at < from && status === 200))
    t.ok(failed.length > CLIENTS, 'requests fail during the outage')
    t.strictSame(
      statuses.filter(([status]) => !['502', '503', '504'].includes(status)),
      [],
      'they fail with 502, 503 or 504'
    )
    t.ok(slowest < MAX_RESPONSE_MS, `they fail within ${slowest.toFixed(0)} ms`)
    t.ok(failedDuringOutage < (OUTAGE_MS / 1000) * 12, `${failedDuringOutage} attempts to connect`)
    t.ok(afterwards.length > CLIENTS)
    t.strictSame(
      afterwards.filter(({ status }) => status !== 200),
      [],
      'requests succeed again'
    )
    reportFigure(
      t,
      `${(OUTAGE_MS / 1000).toFixed(0)} s: ${statuses.map(([status, some]) => `${some?.length} × ${status}`)}, ` +
        `${slowest.toFixed(0)} ms at most, ${failedDuringOutage} failed attempts to connect, ` +
        `no failure later than ${recovered.toFixed(0)} ms after the outage`
    )
  })
}
