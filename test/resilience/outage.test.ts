// Supabase goes away under load and comes back: callers are told in time, and need nobody to restart the service.
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { figure, scale } from '../support/load/deep.ts'
import { type Answer, Clients, inLoops } from '../support/load/load.ts'
import { startService } from '../support/service/process.ts'
import { startGateway } from '../support/upstream/gateway.ts'
import { startRig } from '../support/upstream/rig.ts'

const CLIENTS = 20
/** Milliseconds. */
const OUTAGE = scale(2_000, 5_000)
const HEALED_WITHIN = scale(2_000, 1_000)
const LONGEST_ANSWER = 2_000

for (const gone of scale(['PostgREST and the gateway'], ['PostgREST and the gateway', 'PostgREST'])) {
  t.test(`an outage of ${gone}`, async (t) => {
    const rig = await startRig()
    const gateway = await startGateway(rig)
    const clients = new Clients(CLIENTS + 1)
    t.teardown(() => Promise.all([clients.close(), gateway.close().then(rig.stop)]))
    const service = startService(t, { ...gateway.environment, COALESCE_READS: 'false' })
    const url = await service.url
    const attempts = async () => JSON.parse((await clients.get(`${url}/pool/stats`)).body).stats.errors

    const answers: (Answer & { at: number })[] = []
    let isOver = false
    const load = inLoops(
      CLIENTS,
      () => !isOver,
      async () => {
        const answer = await clients.get(`${url}/api/molecules`)
        answers.push({ ...answer, at: performance.now() })
        // A client that is told to come back later does.
        if (answer.status !== 200) await sleep(20)
      }
    )
    await sleep(scale(500, 2_000))
    const from = performance.now()
    const before = await attempts()
    if (gone !== 'PostgREST') await gateway.suspend()
    await rig.killPostgrest()
    await sleep(OUTAGE - (performance.now() - from))
    const failedAttempts = (await attempts()) - before
    await rig.revivePostgrest()
    if (gone !== 'PostgREST') await gateway.resume()
    const back = performance.now()
    await sleep(scale(2_500, 4_000))
    isOver = true
    await load

    const failed = answers.filter(({ status }) => status !== 200)
    const afterwards = answers.filter(({ at }) => at > back + HEALED_WITHIN)
    const healed = Math.max(0, ...failed.map(({ at }) => at - back))
    const slowest = Math.max(...failed.map(({ duration }) => duration))
    const statuses = Object.entries(Object.groupBy(failed, ({ status }) => status))
    t.ok(answers.some(({ at, status }) => at < from && status === 200))
    t.ok(failed.length > CLIENTS, 'the outage is felt')
    t.strictSame(
      statuses.filter(([status]) => !['502', '503', '504'].includes(status)),
      [],
      'and told of rightly'
    )
    t.ok(slowest < LONGEST_ANSWER, `and in time: ${slowest.toFixed(0)} ms at most`)
    t.ok(failedAttempts < (OUTAGE / 1000) * 12, `${failedAttempts} attempts to connect`)
    t.ok(afterwards.length > CLIENTS)
    t.strictSame(
      afterwards.filter(({ status }) => status !== 200),
      [],
      'and all is well again soon'
    )
    figure(
      t,
      `${(OUTAGE / 1000).toFixed(0)} s: ${statuses.map(([status, some]) => `${some?.length} × ${status}`)}, ` +
        `${slowest.toFixed(0)} ms at most, ${failedAttempts} failed attempts to connect, ` +
        `full service ${healed.toFixed(0)} ms after it is back`
    )
  })
}
