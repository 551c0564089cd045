// With CACHE_SECONDS the gateway answers anonymous GETs from memory. Time is that of a clock that the tests move.
import type { ServerResponse } from 'node:http'
import FakeTimers from '@sinonjs/fake-timers'
import t, { type Test } from 'tap'
import { startApp } from '../../support/service/app.ts'
import { readSample } from '../../support/service/exposition.ts'
import { startGateway } from '../../support/upstream/gateway.ts'
import { sendRows, startUpstream } from '../../support/upstream/upstream.ts'
import { waitFor } from '../../support/wait.ts'

const KEY = 'the-key'
const OWNER = '11111111-1111-4111-8111-111111111111'
// Nobody else's: tests that run beside this one see their own users' rows only.
const WRITER = '66666666-6666-4666-8666-666666666666'

const clock = FakeTimers.install({ toFake: ['performance'] })
t.teardown(() => clock.uninstall())
const pass = (seconds: number) => clock.tick(seconds * 1000)

async function start(t: Test, settings: Record<string, string> = {}) {
  const project = await startGateway()
  t.teardown(() => project.close())
  const own = { GATEWAY: 'all', CACHE_SECONDS: '60', DB_POOL_MIN_SIZE: '0' }
  const log = { lines: [] as string[] }
  const app = await startApp(t, { ...project.environment, ...own, ...settings }, log)
  const { anon } = project.keys
  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET', payload?: string) =>
    app.inject({
      url: `/rest/v1/${path}`,
      method: method as 'GET',
      headers: { apikey: anon, ...headers },
      ...(payload && { payload })
    })
  const bearer = (user: string) => ({ authorization: `Bearer ${project.userToken(user)}` })
  return { project, app, ask, bearer, anon, log }
}

t.test('an anonymous GET is answered as Supabase has answered it before, with its age', async (t) => {
  const { project, ask, anon } = await start(t)
  const path = 'molecules?select=name&limit=2'
  const first = await ask(path)
  t.notOk('age' in first.headers)
  pass(7)
  const second = await ask(path, { authorization: `Bearer ${anon}` })
  t.strictSame([second.statusCode, second.body], [200, first.body])
  const { date, 'x-request-id': id, ...headers } = second.headers
  t.match(first.headers, { ...headers, age: undefined })
  t.equal(headers.age, '7')
  t.notOk('cache-control' in headers, 'a cache on the way cannot know all that a response depends on')
  t.equal(project.requests.length, 1)
})

t.test('reads that differ in URL or in any header that Supabase gets are told apart', async (t) => {
  const { project, ask } = await start(t)
  const reads: [path: string, headers?: Record<string, string>][] = [
    ['molecules?limit=2'],
    ['molecules?limit=3'],
    ['molecules?limit=2', { accept: 'text/csv' }],
    ['molecules?limit=2', { prefer: 'count=exact' }],
    ['molecules?limit=2', { range: '0-0' }],
    ['molecules?limit=2', { 'accept-profile': 'public' }],
    ['rpc/count_molecules?prefix=gly']
  ]
  const first = await Promise.all(reads.map((read) => ask(...read)))
  const asked = project.requests.length
  const second = await Promise.all(reads.map((read) => ask(...read)))
  for (const [i, { statusCode, body, headers }] of second.entries()) {
    t.ok(statusCode === 200 || statusCode === 206)
    t.strictSame([statusCode, body], [first[i]?.statusCode, first[i]?.body], JSON.stringify(reads[i]))
    t.equal(headers['content-range'], first[i]?.headers['content-range'])
    t.equal(headers.age, '0')
  }
  t.equal(project.requests.length, asked)
})

t.test('neither a user is served from the cache, nor other methods, nor errors', async (t) => {
  const { project, app, ask, bearer } = await start(t)
  const path = 'molecules?name=eq.Zz%20private'
  for (let i = 0; i < 2; i++) {
    t.equal((await ask(path, bearer(OWNER))).json().length, 1)
    t.equal((await ask(path, {}, 'HEAD')).statusCode, 200)
    t.equal((await ask('nothing')).statusCode, 404)
    t.equal((await ask(path, bearer(OWNER), 'OPTIONS')).statusCode, 200)
    t.equal((await ask(`${path}&nonsense=x`)).statusCode, 400)
  }
  t.equal(project.requests.length, 10)
  t.equal(app.responseCache?.bytes, 0)
  t.strictSame((await ask(path)).json(), [])
  t.equal((await ask(path, bearer(OWNER))).json().length, 1)
})

t.test(
  'after a write, also one that fails, Supabase is asked again, and a read that it overtakes is not kept',
  async (t) => {
    const { app, ask, bearer } = await start(t)
    const isCached = async () => (await ask('molecules?limit=1')).headers.age !== undefined
    const writes: [path: string, headers: Record<string, string>, method: string, payload: string, status: number][] = [
      ['notes', bearer(WRITER), 'POST', '{"text":"a"}', 201],
      ['notes?text=eq.a', bearer(WRITER), 'PATCH', '{"text":"b"}', 204],
      ['notes?text=eq.b', bearer(WRITER), 'DELETE', '', 204],
      ['rpc/count_molecules', {}, 'POST', '{"prefix":"gly"}', 200],
      ['molecules', {}, 'POST', '{"name":"x"}', 401]
    ]
    for (const [path, headers, method, payload, status] of writes) {
      await ask('molecules?limit=1')
      t.ok(await isCached())
      const response = await ask(path, { 'content-type': 'application/json', ...headers }, method, payload)
      t.equal(response.statusCode, status, response.body)
      t.notOk(await isCached(), `${method} ${path}`)
    }
    const slow = ask('rpc/slow?seconds=0.5')
    await ask('rpc/count_molecules', { 'content-type': 'application/json' }, 'POST', '{"prefix":"gly"}')
    t.ok((await slow).statusCode < 300)
    t.equal(app.responseCache?.bytes, 0)
  }
)

t.test(
  'a write that never reaches Supabase drops nothing, so that readers are served in an outage, which is logged',
  async (t) => {
    const { project, ask, log } = await start(t)
    const first = await ask('molecules?limit=1')
    await project.suspend()
    pass(300)
    const write = await ask('notes', { 'content-type': 'application/json' }, 'POST', '{}')
    t.equal(write.statusCode, 502)
    const second = await ask('molecules?limit=1')
    t.strictSame([second.statusCode, second.body, second.headers.age], [200, first.body, '300'])
    t.equal((await ask('molecules?limit=2')).statusCode, 502)
    await project.resume()
    await waitFor(async () => (await ask('molecules?limit=2')).statusCode === 200, { what: 'Supabase is back' })
    for (const message of ['Supabase fails: known pages are served from the cache', 'Supabase responds again']) {
      t.equal(log.lines.filter((line) => line.includes(message)).length, 1, message)
    }
  }
)

t.test('a read after a purge joins none from before it', async (t) => {
  const { app, project, ask } = await start(t)
  const path = 'rpc/slow?seconds=0.3'
  const before = ask(path)
  await waitFor(() => project.requests.length === 1, { what: 'the first read is under way' })
  t.equal((await app.inject({ method: 'DELETE', url: '/cache' })).statusCode, 204)
  await Promise.all([before, ask(path)])
  t.equal(project.requests.length, 2)
})

t.test('after a function has raised a status, old pages are not served as in an outage', async (t) => {
  const { project, ask } = await start(t)
  await ask('molecules?limit=1')
  pass(300)
  const refused = await ask('rpc/refuse')
  t.strictSame([refused.statusCode, refused.json().code], [503, 'PT503'])
  t.notOk('age' in (await ask('molecules?limit=1')).headers)
  t.equal(project.requests.length, 3)
})

t.test('large responses are passed on and not kept, also where a small one has grown', async (t) => {
  let body = Buffer.from('[]')
  const upstream = await startUpstream((_request, response) => {
    response.writeHead(200, { 'content-range': '0-0/*', vary: 'Accept-Encoding' }).end(body)
  })
  t.teardown(() => upstream.close())
  for (const COALESCE_READS of ['true', 'false']) {
    body = Buffer.from('[]')
    const app = await startApp(t, {
      ...{ SUPABASE_URL: upstream.url, SUPABASE_KEY: KEY, GATEWAY: 'read', CACHE_SECONDS: '60', COALESCE_READS }
    })
    const get = async () => (await app.inject({ url: '/rest/v1/a', headers: { apikey: KEY } })).rawPayload.length
    const asked = () => upstream.requests.filter(({ url }) => url === '/rest/v1/a').length
    const before = asked()
    t.equal(await get(), 2)
    t.equal(await get(), 2)
    body = Buffer.alloc(3_000_000, 'x')
    pass(60)
    t.equal(await get(), 2)
    await waitFor(() => app.responseCache?.bytes === 0)
    await waitFor(() => app.pool.stats().in_use === 0)
    t.equal(asked() - before, 2)
    t.equal(await get(), body.length)
    t.equal(await get(), body.length)
    t.equal(asked() - before, 4)
  }
})

t.test('a large failure in whose place an older response is served holds no connection and no memory', async (t) => {
  let status = 200
  const upstream = await startUpstream((_request, response) => {
    const body = status === 200 ? '[]' : Buffer.alloc(3_000_000, 'x')
    response.writeHead(status, { 'content-range': '0-0/*' }).end(body)
  })
  t.teardown(() => upstream.close())
  const settings = { SUPABASE_URL: upstream.url, SUPABASE_KEY: KEY, GATEWAY: 'read', CACHE_SECONDS: '60' }
  const app = await startApp(t, settings)
  const get = () => app.inject({ url: '/rest/v1/a', headers: { apikey: KEY } })
  t.equal((await get()).statusCode, 200)
  status = 503
  pass(300)
  const { statusCode, headers } = await get()
  t.strictSame([statusCode, headers.age], [200, '300'])
  await waitFor(() => app.pool.stats().in_use === 0 && app.responseMemory.used === 0)
})

t.test('a response is kept though the caller who asked for it first has left the others who share it', async (t) => {
  const held: ServerResponse[] = []
  const upstream = await startUpstream(({ url }, response) => {
    if (url?.includes('limit=7')) held.push(response)
    else sendRows(response, [])
  })
  t.teardown(() => upstream.close())
  const settings = { SUPABASE_URL: upstream.url, SUPABASE_KEY: KEY, GATEWAY: 'read', CACHE_SECONDS: '60' }
  const app = await startApp(t, settings)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const metric = async (name: string) => readSample(await app.metrics.exposition(), `cryoprotect_${name}`)
  for (const path of ['/rest/v1/molecules?limit=7', '/api/molecules?limit=7']) {
    const get = (signal?: AbortSignal) => fetch(url + path, { headers: { apikey: KEY }, signal: signal ?? null })
    const leaving = new AbortController()
    const joined = await metric('upstream_coalesced_total')
    const first = t.rejects(get(leaving.signal))
    await waitFor(() => held.length === 1)
    const second = get()
    await waitFor(async () => (await metric('upstream_coalesced_total')) > joined)
    leaving.abort()
    await waitFor(async () => (await metric('http_requests_in_progress')) === 1)
    await first
    sendRows(held.pop() as ServerResponse, [])
    t.equal((await second).status, 200)
    t.equal((await get()).headers.get('age'), '0', path)
  }
})
