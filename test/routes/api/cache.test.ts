// With CACHE_SECONDS anonymous reads are answered from memory. Time is that of a clock that the tests move.
import { writeFileSync } from 'node:fs'
import FakeTimers from '@sinonjs/fake-timers'
import t, { type Test } from 'tap'
import { startApp } from '../../support/service/app.ts'
import { readSample } from '../../support/service/exposition.ts'
import { startService } from '../../support/service/process.ts'
import { startGateway } from '../../support/upstream/gateway.ts'
import { sendRows, startUpstream } from '../../support/upstream/upstream.ts'
import { waitFor } from '../../support/wait.ts'

const FRESH = 'max-age=60, stale-while-revalidate=60, stale-if-error=3600'
const OWNER = '11111111-1111-4111-8111-111111111111'
const UNKNOWN = '99999999-9999-4999-8999-999999999999'

const clock = FakeTimers.install({ toFake: ['performance'] })
t.teardown(() => clock.uninstall())
const pass = (seconds: number) => clock.tick(seconds * 1000)

async function start(t: Test, settings: Record<string, string> = {}, prepare?: Parameters<typeof startApp>[3]) {
  const gateway = await startGateway()
  const log = { lines: [] as string[] }
  const app = await startApp(t, { ...gateway.environment, CACHE_SECONDS: '60', ...settings }, log, prepare)
  t.teardown(() => gateway.close())
  const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers })
  /** Requests for rows that Supabase has got; of its own the service reads no more than structures and readiness. */
  const asked = () =>
    gateway.requests.filter(({ url }) => !/smiles%3Asmiles|molecules\?select=id%2Ccid.*limit=1$/.test(url))
  const metric = async (name: string) => readSample((await get('/metrics')).body, `cryoprotect_cache_${name}`)
  const lines = () => log.lines.map((line) => JSON.parse(line))
  return { gateway, app, get, asked, metric, lines }
}

t.test('an anonymous list is read from Supabase once, whatever format it is asked for in', async (t) => {
  const { get, asked, metric, lines } = await start(t)
  const url = '/api/molecules?limit=3&count=exact'
  const first = await get(url)
  t.notOk('age' in first.headers)
  t.equal(first.headers['cache-control'], FRESH)
  pass(12.9)
  const second = await get(url)
  const csv = await get(url, { accept: 'text/csv' })
  t.strictSame([second.statusCode, second.body], [200, first.body])
  t.equal(csv.body.split('\n').filter(Boolean).length, 4)
  for (const { headers } of [second, csv]) {
    t.match(headers, { age: '12', 'cache-control': FRESH, vary: 'Authorization, Accept', link: first.headers.link })
    t.equal(headers['x-total-count'], first.headers['x-total-count'])
    t.notOk('warning' in headers)
  }
  t.equal(asked().length, 1)
  t.strictSame([await metric('hits_total{state="fresh"}'), await metric('misses_total')], [2, 1])
  t.ok((await metric('bytes')) > 1000 && (await metric('bytes')) < (await metric('limit_bytes')))
  const [missed, hit] = lines().filter(({ route }) => route === '/api/molecules')
  t.notOk('cache' in missed)
  t.match(hit, { cache: 'fresh', upstream_ms: 0, status: 200 })
})

t.test('every parameter of a list tells it from others', async (t) => {
  const { get, asked } = await start(t)
  const urls = [
    '',
    '?limit=3',
    '?limit=3&offset=3',
    '?limit=3&name=gly',
    '?limit=3&select=name',
    '?limit=3&count=exact'
  ]
  const read = () => Promise.all(urls.map(async (query) => (await get(`/api/molecules${query}`)).body))
  const first = await read()
  t.equal(new Set(first).size, urls.length)
  t.strictSame(await read(), first)
  t.equal(asked().length, urls.length)
})

t.test('items, structures, suggestions and other tables are cached too', async (t) => {
  const { app, get, asked } = await start(t)
  const [{ id }] = (await app.supabase.select('molecules', { limit: 1, order: 'name' })) as [{ id: string }]
  for (const url of [
    `/api/molecules/${id}`,
    `/api/molecules/${id}/structure.mol`,
    '/api/suggest?q=dmso',
    '/api/mixtures'
  ]) {
    const first = await get(url)
    const before = asked().length
    pass(1)
    const second = await get(url)
    t.equal(second.statusCode, 200, url)
    t.equal(second.body, first.body)
    t.match(second.headers, { age: /^[12]$/, 'cache-control': FRESH })
    t.equal(asked().length, before, 'Supabase is not asked')
  }
})

t.test('a caller with a token is neither served from the cache nor seen in it', async (t) => {
  const { gateway, app, get, asked } = await start(t)
  const url = '/api/molecules?name=Zz private'
  const owner = { authorization: `Bearer ${gateway.userToken(OWNER)}` }
  const bytes = () => app.responseCache?.bytes
  for (let i = 1; i <= 2; i++) {
    const response = await get(url, owner)
    t.match(response.json(), { count: 1 })
    t.equal(response.headers['cache-control'], 'private, no-cache')
    t.notOk('age' in response.headers)
    t.strictSame([asked().length, bytes()], [i, 0])
  }
  t.match((await get(url)).json(), { count: 0 })
  t.match((await get(url)).json(), { count: 0 })
  t.equal(asked().length, 3)
  t.match((await get(url, owner)).json(), { count: 1 })
  t.match((await get(url, { authorization: 'Bearer a.b.c' })).statusCode, 401)
  t.equal(asked().length, 5)
})

t.test('a response that is no longer fresh is served while it is refreshed, and says how old it is', async (t) => {
  const { app, get, asked, metric, lines } = await start(t)
  await get('/api/molecules')
  pass(60)
  t.match((await get('/api/molecules')).headers, { age: '60', 'cache-control': FRESH })
  await waitFor(() => asked().length === 2)
  await waitFor(() => app.pool.stats().in_use === 0)
  t.match((await get('/api/molecules')).headers, { age: '0' })
  t.equal(await metric('hits_total{state="stale"}'), 1)
  t.match(lines().filter(({ route }) => route === '/api/molecules')[1], { cache: 'stale' })
  const { body } = await get('/metrics')
  t.equal(readSample(body, 'cryoprotect_upstream_request_duration_seconds_count{status="2xx"}'), 2)
})

t.test('304 and HEAD have the headers of the full response', async (t) => {
  const { get, app, asked } = await start(t)
  const { headers } = await get('/api/molecules')
  pass(5)
  const unchanged = await get('/api/molecules', { 'if-none-match': String(headers.etag) })
  t.strictSame([unchanged.statusCode, unchanged.body], [304, ''])
  const head = await app.inject({ method: 'HEAD', url: '/api/molecules' })
  t.equal(head.statusCode, 200)
  for (const response of [unchanged, head]) {
    t.match(response.headers, { age: '5', 'cache-control': FRESH, etag: headers.etag })
  }
  t.equal(asked().length, 1)
})

t.test('errors are not to be cached, nor what says itself how long it may be', async (t) => {
  const { get } = await start(t, {}, (app) => {
    app.get('/incomplete', { onRequest: app.keepToUser, onSend: app.tellAge }, async (_request, reply) => {
      reply.header('x-search-complete', 'false')
      return {}
    })
  })
  for (const url of ['/api/molecules?limit=x', `/api/molecules/${UNKNOWN}`, `/api/molecules/${UNKNOWN}`]) {
    const response = await get(url)
    t.ok(response.statusCode >= 400)
    t.equal(response.headers['cache-control'], 'no-cache')
    t.notOk('age' in response.headers)
  }
  t.equal((await get('/api/depict?smiles=C')).headers['cache-control'], 'public, max-age=31536000, immutable')
  t.equal((await get('/incomplete')).headers['cache-control'], 'no-cache')
  t.notOk('cache-control' in (await get('/health/live')).headers)
})

t.test('the directives of a request do not matter', async (t) => {
  const { get, asked } = await start(t)
  for (const control of ['no-cache', 'no-store', 'max-age=0', 'only-if-cached']) {
    t.equal((await get('/api/molecules', { 'cache-control': control, pragma: 'no-cache' })).statusCode, 200)
  }
  t.equal(asked().length, 1)
})

t.test("neither the service's own reads nor those with its service key are cached", async (t) => {
  const { app, get, asked } = await start(t)
  await app.supabase.select('molecules', { limit: 1 })
  await app.supabase.select('molecules', { limit: 1 })
  await get('/health/ready')
  for (let i = 0; i < 2; i++) t.equal((await get('/supabase/tables')).statusCode, 200)
  t.equal(asked().length, 4)
  t.strictSame([app.responseCache?.bytes, app.responseCache?.misses], [0, 0])
})

t.test('a write of a plugin drops everything, and so do new keys', async (t) => {
  const keys = t.testdir({ anon: '' })
  const file = `${keys}/anon`
  const gateway = await startGateway()
  t.teardown(() => gateway.close())
  writeFileSync(file, gateway.keys.anon)
  const { SUPABASE_URL } = gateway.environment
  const app = await startApp(t, { SUPABASE_URL, SUPABASE_KEY_FILE: file, CACHE_SECONDS: '60' }, undefined, (app) => {
    app.get('/write', async ({ supabase }) => {
      const { status } = await supabase.request('POST', 'rpc/count_molecules', { body: { prefix: 'gly' } })
      return { status }
    })
  })
  const bytes = () => app.responseCache?.bytes
  await app.inject('/api/molecules')
  t.ok(bytes())
  t.match((await app.inject('/write')).json(), { status: 200 })
  t.equal(bytes(), 0)
  await app.inject('/api/molecules')
  t.ok(bytes())
  writeFileSync(file, gateway.keys.publishable)
  app.reloadKeys()
  t.equal(bytes(), 0)
})

t.test('DELETE /cache empties the cache for who has the admin token', async (t) => {
  const ADMIN_TOKEN = '0123456789abcdef'
  const { app, get, asked } = await start(t, { ADMIN_TOKEN })
  const clear = (headers = {}, payload?: string) =>
    app.inject({ method: 'DELETE', url: '/cache', headers, ...(payload !== undefined && { payload }) })
  const admin = { authorization: `Bearer ${ADMIN_TOKEN}` }
  await get('/api/molecules')
  t.equal((await clear()).statusCode, 401)
  t.equal((await clear({ authorization: 'Bearer wrong' })).statusCode, 401)
  await get('/api/molecules')
  t.equal(asked().length, 1)
  const cleared = await clear(admin)
  t.strictSame([cleared.statusCode, cleared.body], [204, ''])
  t.equal(app.responseCache?.bytes, 0)
  t.equal((await clear({ ...admin, 'content-type': 'application/json' }, '{')).statusCode, 204, 'a body is not read')
  t.equal((await clear(admin, 'x'.repeat(20_000))).statusCode, 413)
  t.match((await get('/cache')).headers, { allow: 'DELETE' })
  await get('/api/molecules')
  t.equal(asked().length, 2)
})

t.test('without CACHE_SECONDS nothing is cached, and the cache is always empty', async (t) => {
  const { app, get, asked, metric } = await start(t, { CACHE_SECONDS: '0' })
  for (let i = 1; i <= 2; i++) {
    const { headers } = await get('/api/molecules')
    t.equal(headers['cache-control'], 'no-cache')
    t.notOk('age' in headers)
    t.equal(asked().length, i)
  }
  t.equal(app.responseCache, undefined)
  t.strictSame([await metric('bytes'), await metric('limit_bytes'), await metric('misses_total')], [0, 0, 0])
  t.equal((await app.inject({ method: 'DELETE', url: '/cache' })).statusCode, 204)
})

t.test('a response that is no page is not kept', async (t) => {
  let isBroken = true
  const upstream = await startUpstream((_request, response) => {
    if (isBroken) response.writeHead(200, { 'content-type': 'application/json', 'content-range': '*/*' }).end('{}')
    else sendRows(response, [])
  })
  t.teardown(() => upstream.close())
  const app = await startApp(t, { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key', CACHE_SECONDS: '60' })
  t.match((await app.inject('/api/molecules')).json(), { code: 'UPSTREAM_INVALID_ANSWER' })
  isBroken = false
  t.equal((await app.inject('/api/molecules')).statusCode, 200)
})

t.test(
  'when Supabase fails, known pages are served for as long as is set, also those that name properties',
  async (t) => {
    const { gateway, get, app } = await start(t, { CACHE_STALE_SECONDS: '600' })
    const urls = ['/api/molecules', '/api/molecules?property=LogP.gte.-1&limit=2', '/api/mixtures?component=DMSO']
    const first = await Promise.all(urls.map((url) => get(url)))
    await gateway.suspend()
    for (const [seconds, age] of [
      [125, '125'],
      [500, '625']
    ] as const) {
      pass(seconds)
      for (const [i, url] of urls.entries()) {
        const response = await get(url)
        t.equal(response.statusCode, 200, `${url}, ${age} s`)
        t.equal(response.body, first[i]?.body)
        t.match(response.headers, { age, 'cache-control': 'max-age=60, stale-while-revalidate=60, stale-if-error=600' })
      }
    }
    t.equal((await get('/api/molecules?limit=1')).statusCode, 502, 'an unknown page')
    pass(36)
    t.equal((await get('/api/molecules')).statusCode, 502, 'one that is too old')
    await gateway.resume()
    await waitFor(async () => (await get('/api/molecules?limit=1')).statusCode === 200)
    const back = await get('/api/molecules')
    t.strictSame([back.statusCode, back.headers.age], [200, undefined])
    t.equal(app.pool.stats().waiting, 0)
  }
)

t.test('a refresh that hangs does not keep the service from closing', async (t) => {
  let isHanging = false
  const upstream = await startUpstream((_request, response) => {
    if (!isHanging) sendRows(response, [])
  })
  t.teardown(() => upstream.close())
  const environment = { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key', CACHE_SECONDS: '60' }
  const app = await startApp(t, environment)
  await app.inject('/api/molecules')
  isHanging = true
  pass(61)
  t.equal((await app.inject('/api/molecules')).statusCode, 200)
  await waitFor(() => upstream.requests.filter(({ url }) => url.includes('order=name')).length === 2)
  await app.close()
  t.equal(app.pool.stats().in_use, 0)
})

t.test("the cache takes no more than an eighth of Node's heap, where long URLs would fill it with keys", async (t) => {
  const { url } = startService(t, {
    ...{ SUPABASE_URL: 'http://127.0.0.1:9', SUPABASE_KEY: 'key', CACHE_SECONDS: '60' },
    NODE_OPTIONS: '--max-old-space-size=128'
  })
  const response = await fetch(`${await url}/metrics`)
  const limit = readSample(await response.text(), 'cryoprotect_cache_limit_bytes') / 2 ** 20
  // V8 adds its young generation to the limit.
  t.ok(limit >= 16 && limit <= 64, `${limit} MiB`)
})
