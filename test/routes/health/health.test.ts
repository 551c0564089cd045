import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { startApp } from '../../support/service/app.ts'
import { startGateway } from '../../support/upstream/gateway.ts'
import { sendRows, startUpstream } from '../../support/upstream/upstream.ts'

t.test('the service is live while it responds, and ready when Supabase accepts both keys', async (t) => {
  const gateway = await startGateway()
  t.teardown(() => gateway.close())
  const app = await startApp(t, gateway.environment)
  const live = await app.inject('/health/live')
  t.match(live, { statusCode: 200 })
  t.strictSame(live.json(), { status: 'live' })
  const responses = await Promise.all(Array.from({ length: 20 }, () => app.inject('/health/ready')))
  t.ok(responses.every(({ statusCode }) => statusCode === 200))
  t.strictSame(responses[0]?.json(), { status: 'ready' })
  t.equal(gateway.requests.length, 2, 'many may ask, Supabase is asked once per key')

  const refused = await startApp(t, { ...gateway.environment, SUPABASE_SERVICE_KEY: 'wrong' })
  const response = await refused.inject('/health/ready')
  t.equal(response.statusCode, 503)
  t.match(response.json(), { code: 'NOT_READY', message: 'Not ready: Supabase rejects SUPABASE_SERVICE_KEY' })
  t.equal(response.headers['retry-after'], '1')

  const bothRefused = await startApp(t, { ...gateway.environment, SUPABASE_KEY: 'old', SUPABASE_SERVICE_KEY: 'wrong' })
  t.match((await bothRefused.inject('/health/ready')).json(), {
    message: 'Not ready: Supabase rejects SUPABASE_KEY; Supabase rejects SUPABASE_SERVICE_KEY'
  })
})

t.test('the readiness check without a service key sends one request', async (t) => {
  const gateway = await startGateway()
  t.teardown(() => gateway.close())
  const app = await startApp(t, { SUPABASE_URL: gateway.url, SUPABASE_KEY: gateway.keys.anon })
  t.equal((await app.inject('/health/ready')).statusCode, 200)
  t.equal(gateway.requests.length, 1)
})

t.test(
  'a readiness check relies on successful responses for two seconds, and on its own results for thirty',
  async (t) => {
    const gateway = await startGateway()
    t.teardown(() => gateway.close())
    const app = await startApp(t, gateway.environment)
    const { now } = performance
    let ahead = 0
    t.intercept(performance, 'now', { value: () => now.call(performance) + ahead })
    const probe = async () => (await app.inject('/health/ready')).statusCode
    t.equal(await probe(), 200)
    for (let reads = 0; reads < 13; reads++) {
      ahead += 1_900
      t.equal((await app.inject('/api/molecules')).statusCode, 200)
      t.equal(await probe(), 200)
    }
    t.equal(gateway.requests.filter(({ url }) => url.includes('select=')).length, 2, 'one check, for two keys')

    gateway.revoke(gateway.keys.service)
    ahead += 5_500
    t.equal((await app.inject('/api/molecules')).statusCode, 200)
    t.equal(await probe(), 503, 'a refused service key is noticed, however many anonymous reads succeed')
  }
)

t.test('new keys are checked regardless of the result for the old ones', async (t) => {
  const gateway = await startGateway()
  t.teardown(() => gateway.close())
  const { SUPABASE_SERVICE_KEY, ...environment } = gateway.environment
  const file = join(t.testdir({ key: SUPABASE_SERVICE_KEY }), 'key')
  const app = await startApp(t, { ...environment, SUPABASE_SERVICE_KEY_FILE: file })
  t.equal((await app.inject('/health/ready')).statusCode, 200)
  await writeFile(file, 'wrong')
  app.reloadKeys()
  t.equal((await app.inject('/health/ready')).statusCode, 503)
})

t.test('keys without permission for the table are ready, and checked once', async (t) => {
  const upstream = await startUpstream((_request, response) =>
    response.writeHead(401, { 'content-type': 'application/json' }).end('{"code":"42501","message":"denied"}')
  )
  t.teardown(() => upstream.close())
  const app = await startApp(t, { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key' })
  for (let probe = 0; probe < 3; probe++) t.equal((await app.inject('/health/ready')).statusCode, 200)
  t.equal(upstream.requests.length, 1)
})

t.test('a readiness check under way does not delay the shutdown', async (t) => {
  const arrived = Promise.withResolvers<void>()
  const upstream = await startUpstream(() => arrived.resolve())
  t.teardown(() => upstream.close())
  const app = await startApp(t, { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key', SHUTDOWN_TIMEOUT: '60' })
  const probe = app.inject('/health/ready')
  await arrived.promise
  await app.close()
  t.match((await probe).json(), { code: 'NOT_READY', message: 'Not ready: The service is shutting down' })
})

t.test('concurrent readiness checks share one request', async (t) => {
  const upstream = await startUpstream(() => {})
  t.teardown(() => upstream.close())
  const app = await startApp(t, { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key', SUPABASE_SERVICE_KEY: 'other' })
  const now = performance.now()
  const first = app.inject('/health/ready')
  while (upstream.requests.length < 2) await new Promise((resolve) => setImmediate(resolve))
  t.intercept(performance, 'now', { value: () => now + 60_000 })
  const second = app.inject('/health/ready')
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
  await app.pool.destroy()
  t.strictSame([(await first).statusCode, (await second).statusCode], [503, 503])
  t.equal(upstream.requests.length, 2)
})

t.test('the service starts without Supabase, is not ready, and recovers by itself', async (t) => {
  const upstream = await startUpstream()
  const { port } = new URL(upstream.url)
  await upstream.close()
  const log = { lines: [] as string[] }
  const app = await startApp(t, { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key' }, log)
  t.equal((await app.inject('/health/live')).statusCode, 200)
  t.equal((await app.inject('/health/ready')).statusCode, 503)
  const unreachable = await app.inject('/api/molecules')
  t.equal(unreachable.statusCode, 502)
  t.match(unreachable.json(), { code: 'UPSTREAM_UNREACHABLE', message: 'Supabase cannot be reached' })

  const connected = new Promise((resolve) => app.pool.once('connect', resolve))
  const back = await startUpstream((_request, response) => sendRows(response, []), { port: Number(port) })
  t.teardown(() => back.close())
  await connected
  t.equal((await app.inject('/api/molecules')).statusCode, 200)
  const said = (message: string) => log.lines.filter((line) => line.includes(`"msg":"${message}"`)).length
  t.equal(said('Supabase can be reached again'), 1)
})
