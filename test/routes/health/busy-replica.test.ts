// Readiness while all connections are in use and callers queue for them.
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { runInLoops } from '../../support/load/clients.ts'
import { startApp } from '../../support/service/app.ts'
import { sendRows, startUpstream } from '../../support/upstream/upstream.ts'

const CLIENTS = 110
const LATENCY_MS = 50

t.test('a replica with 110 clients and a slow but healthy Supabase is ready at every probe', async (t) => {
  const upstream = await startUpstream((_request, response) => setTimeout(() => sendRows(response, []), LATENCY_MS))
  t.teardown(() => upstream.close())
  // A caller waits for ten responses before it has a connection, which is as long as it may.
  const app = await startApp(t, {
    SUPABASE_URL: upstream.url,
    SUPABASE_KEY: 'anon',
    SUPABASE_SERVICE_KEY: 'service',
    DB_POOL_MAX_SIZE: '10',
    DB_POOL_ACQUIRE_TIMEOUT: String((10 * LATENCY_MS) / 1000)
  })
  let probing = true
  let number = 0
  let full = 0
  const clients = runInLoops(
    CLIENTS,
    () => probing,
    async () => {
      await app.inject(`/api/molecules?offset=${++number}`)
    }
  )
  while (app.pool.stats().waiting < 90) await sleep(5)
  const statuses: number[] = []
  for (let probe = 0; probe < 20; probe++) {
    if (app.pool.stats().waiting > 50) full++
    statuses.push((await app.inject('/health/ready')).statusCode)
    await sleep(LATENCY_MS)
  }
  probing = false
  await clients
  t.strictSame(statuses, Array(20).fill(200))
  t.ok(full >= 15, `callers were queued at ${full} of 20 probes`)
})
