import { spawnSync } from 'node:child_process'
import { METHODS } from 'node:http'
import t, { type Test } from 'tap'
import { startApp } from '../../support/service/app.ts'
import { readSample, series } from '../../support/service/exposition.ts'
import { sendRows, startUpstream } from '../../support/upstream/upstream.ts'

async function start(t: Test, respond?: Parameters<typeof startUpstream>[0], environment = {}) {
  const upstream = await startUpstream(respond)
  t.teardown(() => upstream.close())
  const app = await startApp(t, { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key', ...environment })
  const metrics = async () => (await app.inject('/metrics')).body
  return { app, metrics }
}

t.test('metrics count and time requests by method, route and status', async (t) => {
  const { app, metrics } = await start(t)
  for (let i = 0; i < 3; i++) await app.inject('/api/molecules')
  await app.inject('/api/molecules?limit=0')
  await app.inject({ method: 'HEAD', url: '/api/molecules' })
  await app.inject('/nothing')
  await app.inject({ method: 'PROPFIND' as 'GET', url: '/nothing' })
  const response = await app.inject('/metrics')
  t.equal(response.statusCode, 200)
  t.match(response.headers['content-type'], /^text\/plain; version=0\.0\.4/)
  const count = (labels: string) =>
    readSample(response.body, `cryoprotect_http_request_duration_seconds_count{${labels}}`)
  t.equal(count('method="GET",route="/api/molecules",status="200"'), 3)
  t.equal(count('method="GET",route="/api/molecules",status="400"'), 1)
  t.equal(count('method="HEAD",route="/api/molecules",status="200"'), 1)
  t.equal(count('method="GET",route="none",status="404"'), 1)
  t.equal(count('method="OTHER",route="none",status="404"'), 1)
  t.equal(readSample(await metrics(), 'cryoprotect_http_requests_in_progress'), 1, 'this one')
})

t.test('the buckets of a histogram are cumulative and in seconds', async (t) => {
  const { app, metrics } = await start(t, (_request, response) => setTimeout(() => sendRows(response, []), 30))
  await app.inject('/api/molecules')
  const text = await metrics()
  const name = 'cryoprotect_upstream_request_duration_seconds'
  t.equal(readSample(text, `${name}_bucket{le="0.025",status="2xx"}`), 0)
  t.equal(readSample(text, `${name}_bucket{le="20",status="2xx"}`), 1)
  t.equal(readSample(text, `${name}_bucket{le="+Inf",status="2xx"}`), 1)
  t.equal(readSample(text, `${name}_count{status="2xx"}`), 1)
  const sum = readSample(text, `${name}_sum{status="2xx"}`)
  t.ok(sum > 0.025 && sum < 5)
})

t.test("the pool's metrics equal /pool/stats", async (t) => {
  const settings = { DB_POOL_MIN_SIZE: '1', DB_POOL_MAX_SIZE: '2', DB_POOL_MAX_WAITING: '3', COALESCE_READS: 'false' }
  const { app, metrics } = await start(t, undefined, settings)
  await Promise.all(Array.from({ length: 9 }, () => app.inject('/api/molecules')))
  const text = await metrics()
  const stats = app.pool.stats()
  const figures: [series: string, value: number][] = [
    ['connections{state="idle"}', stats.pool_size],
    ['connections{state="in_use"}', stats.in_use],
    ['connections_min', 1],
    ['connections_max', 2],
    ['waiting', 0],
    ['connections_created_total', stats.created],
    ['connections_reused_total', stats.reused],
    ['connections_retired_total{reason="lost"}', stats.retired.lost],
    ['failures_total{kind="connect"}', 0],
    ['failures_total{kind="timeout"}', 0],
    ['failures_total{kind="rejected"}', stats.rejected],
    ['wait_duration_seconds_count', stats.wait_ms.count],
    ['hold_duration_seconds_count', stats.hold_ms.count]
  ]
  for (const [name, value] of figures) t.equal(readSample(text, `cryoprotect_pool_${name}`), value, name)
  t.ok(stats.rejected > 0 && stats.wait_ms.count > 0 && stats.hold_ms.count > 0)
  t.equal(readSample(text, 'cryoprotect_upstream_failures_total{code="POOL_QUEUE_FULL"}'), stats.rejected)
  t.equal(readSample(await metrics(), 'cryoprotect_pool_connections_created_total'), stats.created, 'asked again')
})

t.test('metrics count coalesced reads apart from upstream requests', async (t) => {
  const { app, metrics } = await start(t)
  await Promise.all(Array.from({ length: 5 }, () => app.inject('/api/molecules')))
  const text = await metrics()
  t.equal(readSample(text, 'cryoprotect_upstream_coalesced_total'), 4)
  t.equal(readSample(text, 'cryoprotect_upstream_request_duration_seconds_count{status="2xx"}'), 1)
})

t.test('metrics count upstream failures by code, those of the readiness check included', async (t) => {
  const { app, metrics } = await start(t, (request) => request.socket.destroy())
  await app.inject('/api/molecules')
  await app.inject('/health/ready')
  app.metrics.failed('A_CODE_OF_A_PLUGIN')
  const text = await metrics()
  t.equal(readSample(text, 'cryoprotect_upstream_failures_total{code="UPSTREAM_CONNECTION_LOST"}'), 2)
  t.equal(readSample(text, 'cryoprotect_upstream_failures_total{code="OTHER"}'), 1)
  t.equal(readSample(text, 'cryoprotect_upstream_failures_total{code="POOL_CLOSED"}'), 0, 'there from the start')
  t.ok(readSample(text, 'cryoprotect_upstream_request_duration_seconds_count{status="none"}') >= 1)
})

t.test('the number of series is bounded whatever clients send', async (t) => {
  const { app, metrics } = await start(t)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const methods = METHODS.filter((method) => method !== 'CONNECT')
  const random = () => Math.random().toString(36).slice(2)
  const some = <T>(list: readonly T[]) => list[Math.floor(Math.random() * list.length)] as T
  const urls = [
    () => `/${random()}`,
    () => `/api/molecules/${random()}`,
    () => `/api/molecules?${random()}=${random()}`,
    () => `/api/molecules?limit=${random()}`,
    () => '/api/molecules',
    () => `/pool/stats?${random()}`,
    () => '/health/live',
    () => `/%${random()}`
  ]
  const ask = async (count: number) => {
    for (let i = 0; i < count; i++) {
      const headers = { 'x-request-id': random(), 'user-agent': random() }
      await app.inject({ method: some(methods) as 'GET', url: some(urls)(), headers })
    }
    return series(await metrics()).filter((line) => !line.startsWith('nodejs_') && !line.startsWith('process_')).length
  }
  const before = await ask(3_000)
  const after = await ask(1_500)
  t.ok(after - before < 0.1 * before, `${before} series, then ${after}`)
  t.ok(after < 5_000)
})

t.test('metrics need the admin token when it is set, and only failed scrapes are logged', async (t) => {
  const log = { lines: [] as string[] }
  const app = await startApp(
    t,
    { SUPABASE_URL: 'http://127.0.0.1:9', SUPABASE_KEY: 'k', ADMIN_TOKEN: '0123456789abcdef' },
    log
  )
  t.equal((await app.inject('/metrics')).statusCode, 401)
  const headers = { authorization: 'Bearer 0123456789abcdef' }
  t.equal((await app.inject({ url: '/metrics', headers })).statusCode, 200)
  t.equal((await app.inject({ url: '/metrics?x=1', headers })).statusCode, 400)
  t.notOk(log.lines.some((line) => line.includes('/metrics')))
})

t.test('promtool accepts the metrics', async (t) => {
  const found = spawnSync('promtool', ['--version']).status === 0
  if (!found) {
    t.comment('promtool is not installed: apt-get install prometheus')
    return
  }
  const { app, metrics } = await start(t)
  await app.inject('/api/molecules')
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: await metrics(),
    encoding: 'utf8'
  })
  t.equal(status, 0, stdout + stderr)
})
