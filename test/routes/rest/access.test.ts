// Who may ask for what.
import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import t, { type Test } from 'tap'
import { startApp } from '../../support/service/app.ts'
import { startGateway } from '../../support/upstream/gateway.ts'

const project = await startGateway()
t.teardown(() => project.close())
const { anon, service, publishable, secret } = project.keys
const alice = '11111111-1111-4111-8111-111111111111'

async function start(t: Test, settings: Record<string, string> = {}, log?: { lines: string[] }) {
  const app = await startApp(t, { ...project.environment, GATEWAY: 'all', ...settings }, log)
  const ask = async (path: string, headers: Record<string, string | string[]> = { apikey: anon }, method = 'GET') => {
    const response = await app.inject({ url: `/rest/v1/${path}`, method: method as 'GET', headers })
    return { status: response.statusCode, headers: response.headers, body: response.body && response.json() }
  }
  return { app, ask }
}

t.test('the gateway is off unless GATEWAY opens it', async (t) => {
  const { ask } = await start(t, { GATEWAY: '' })
  t.match(await ask('molecules'), { status: 404 })
})

t.test('the gateway needs the key of the project, once, in the header', async (t) => {
  const { app, ask } = await start(t)
  const refusals: [string, Record<string, string | string[]>, number, string][] = [
    ['molecules', {}, 401, 'NO_API_KEY'],
    ['molecules', { authorization: `Bearer ${anon}` }, 401, 'NO_API_KEY'],
    ['molecules', { apikey: '' }, 401, 'INVALID_API_KEY'],
    ['molecules', { apikey: 'x' }, 401, 'INVALID_API_KEY'],
    ['molecules', { apikey: `${anon.slice(0, -1)}~` }, 401, 'INVALID_API_KEY'],
    ['molecules', { apikey: publishable }, 401, 'INVALID_API_KEY'],
    ['molecules', { apikey: [anon, anon] }, 401, 'INVALID_API_KEY'],
    ['molecules', { apikey: [anon, service] }, 401, 'INVALID_API_KEY'],
    ['molecules', { apikey: service }, 403, 'SECRET_KEY_REFUSED'],
    ['molecules', { apikey: secret }, 403, 'SECRET_KEY_REFUSED'],
    ['molecules', { apikey: anon, authorization: `Bearer ${service}` }, 403, 'SECRET_KEY_REFUSED'],
    ['molecules', { apikey: anon, authorization: `bearer ${secret}` }, 403, 'SECRET_KEY_REFUSED'],
    ['molecules', { apikey: anon, authorization: 'Basic dTpw' }, 401, 'INVALID_AUTHORIZATION'],
    ['molecules', { apikey: anon, authorization: 'Bearer' }, 401, 'INVALID_AUTHORIZATION'],
    [`molecules?apikey=${anon}`, {}, 400, 'API_KEY_IN_URL'],
    ['molecules?apikey', { apikey: anon }, 400, 'API_KEY_IN_URL'],
    ['molecules?limit=1;%61p%69KEY=x', { apikey: anon }, 400, 'API_KEY_IN_URL'],
    ['molecules?limit=1&ApiKey=x', { apikey: anon }, 400, 'API_KEY_IN_URL']
  ]
  project.requests.length = 0
  for (const [path, headers, status, code] of refusals) {
    const response = await ask(path, headers)
    t.match(response, { status, body: { code, message: /./, details: null } }, `${path} ${JSON.stringify(headers)}`)
    t.notMatch(JSON.stringify(response.body), /eyJ|sb_/, 'no key is repeated')
  }
  t.strictSame(project.requests.length, 0, 'Supabase is not asked')
  t.match(await ask('molecules?select=name&name=eq.apikey'), { status: 200 })
  t.equal(app.pool.stats().in_use, 0)
})

t.test('a service key of unknown form is refused as well', async (t) => {
  const { ask } = await start(t, { SUPABASE_KEY: 'one', SUPABASE_SERVICE_KEY: 'two' })
  t.match(await ask('molecules', { apikey: 'two' }), { status: 403 })
  t.match(await ask('molecules', { apikey: 'one', authorization: 'Bearer two' }), { status: 403 })
})

t.test("Supabase gets the pool's key and the user's token, whatever the caller presents", async (t) => {
  const { ask } = await start(t)
  const token = project.userToken(alice)
  const cases: [Record<string, string>, string][] = [
    [{ apikey: anon }, anon],
    [{ apikey: anon, authorization: `Bearer ${anon}` }, anon],
    [{ apikey: anon, authorization: `bearer ${token}` }, token]
  ]
  for (const [headers, expected] of cases) {
    project.requests.length = 0
    t.match(await ask('molecules?limit=1', headers), { status: 200 })
    const [sent] = project.requests
    t.match(sent, { headers: { apikey: anon, authorization: `Bearer ${expected}` } })
  }
})

t.test("the project's key as the bearer token is no user's, however the scheme is written", async (t) => {
  const { publishable } = project.keys
  const { ask } = await start(t, { SUPABASE_KEY: publishable })
  for (const scheme of ['Bearer', 'bearer', 'BEARER ']) {
    project.requests.length = 0
    const headers = { apikey: publishable, authorization: `${scheme} ${publishable}` }
    t.match(await ask('molecules?limit=1', headers), { status: 200 }, scheme)
    t.notOk(project.requests[0]?.headers.authorization)
  }
})

t.test('a key that is replaced while the service runs is accepted from then on, and the old one no more', async (t) => {
  const { app, ask } = await start(t)
  const key = project.issue('anon')
  app.project.keys = { anon: key, service }
  app.pool.renew()
  t.match(await ask('molecules?limit=1', { apikey: key }), { status: 200 })
  t.match(await ask('molecules?limit=1', { apikey: anon }), { status: 401 })
})

t.test('GATEWAY=read permits reads and no call of a function by POST', async (t) => {
  const { ask } = await start(t, { GATEWAY: 'read' })
  for (const method of ['GET', 'HEAD', 'OPTIONS']) {
    t.match(await ask('molecules?limit=1', { apikey: anon }, method), { status: 200 }, method)
  }
  t.match(await ask('rpc/count_molecules?prefix=gly'), { status: 200 })
  for (const [path, method] of [
    ['molecules', 'POST'],
    ['molecules', 'PATCH'],
    ['molecules', 'PUT'],
    ['molecules', 'DELETE'],
    ['rpc/count_molecules', 'POST']
  ] as const) {
    const { status, headers, body } = await ask(path, { apikey: anon }, method)
    t.equal(status, 405, `${method} ${path}`)
    t.match(body, { code: 'METHOD_NOT_ALLOWED', details: null, hint: null }, "in the shape of PostgREST's errors")
    t.strictSame(`${headers.allow}`.split(', ').sort(), ['GET', 'HEAD', 'OPTIONS'])
  }
})

t.test('the gateway has paths for tables and functions only', async (t) => {
  const { app } = await start(t)
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  // As it stands: other clients resolve dots.
  const ask = async (path: string) => {
    const asked = httpRequest({ port, path: `/rest/v1/${path}`, headers: { apikey: anon }, agent: false }).end()
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    return { status: response.statusCode, body: JSON.parse(Buffer.concat(await response.toArray()).toString()) }
  }
  project.requests.length = 0
  const paths = ['', 'rpc/', 'a/b', 'rpc/a/b', '/molecules', './molecules', '../v1/molecules', 'molecules/', 'a%2fb']
  const tricks = [
    '%2e',
    '%2e%2e',
    '.%2e',
    '..',
    '%2e%2e%2fauth',
    '..%5c..',
    'a%00',
    'a%0d%0ax',
    'a%252fb',
    'a%3fb',
    'a%23b'
  ]
  for (const path of [...paths, ...tricks]) t.match(await ask(path), { status: 404 }, path)
  t.strictSame(project.requests, [], 'Supabase is not asked')
  t.match(await ask('molecules?limit=1#x'), { status: 400 })
  t.match(await ask('%6dolecules?limit=1'), { status: 200 })
  t.match(await ask('a;b'), { status: 404, body: { code: '42P01' } })
  t.strictSame(
    project.requests.map(({ url }) => url),
    ['/rest/v1/molecules?limit=1', '/rest/v1/a%3Bb']
  )
})

t.test('GATEWAY_TABLES narrows the gateway to what it names', async (t) => {
  const { ask } = await start(t, { GATEWAY_TABLES: 'molecules, mixture_components,rpc/count_molecules' })
  project.requests.length = 0
  const closed = { status: 403, body: { code: 'NOT_IN_GATEWAY_TABLES', details: null, hint: /GATEWAY_TABLES/ } }
  for (const path of [
    'mixtures',
    'count_molecules',
    'rpc/molecules',
    'rpc/slow',
    'rpc/graphql',
    'molecules?select=name,mixtures(name)',
    'molecules?select=name,mixture_components(mixtures(name))',
    'molecules?select=mixture_components!inner(concentration,m:mixtures!left(name))',
    'molecules?select=...mixtures(name)',
    'molecules?select=x:...%20mixtures%20(name)',
    'molecules?select=name;select=mixtures(name)',
    'molecules?limit=1&s%65lect=mixtures(count)',
    'molecules?select=mixtures()',
    'molecules?select=m:count(name)',
    'rpc/count_molecules?select=mixtures(name)'
  ]) {
    t.match(await ask(path), closed, path)
  }
  t.match(await ask('molecules?select="mixtures"(name)'), { status: 400, body: { code: 'SELECT_NOT_SUPPORTED' } })
  for (const name of ['accept-profile', 'content-profile']) {
    t.match(await ask('molecules', { apikey: anon, [name]: 'auth' }), closed, name)
  }
  t.strictSame(project.requests, [], 'Supabase is not asked')

  for (const path of [
    'molecules?select=name,mixture_components!inner(concentration,molecules(name))&limit=1',
    'molecules?select=c:mixture_components(concentration)&limit=1',
    'molecules?select=weight:molecular_weight::text&limit=1',
    'rpc/count_molecules?prefix=gly'
  ]) {
    t.match(await ask(path, { apikey: anon, 'accept-profile': 'public' }), { status: 200 }, path)
  }
  t.notOk(
    project.requests.some(({ headers }) => 'accept-profile' in headers),
    'the default schema is asked'
  )
  // PostgREST is asked, which has aggregates switched off.
  for (const select of ['count()', 'n:count()', 'molecular_weight.sum()', 'a:molecular_weight.avg()::text']) {
    t.match(await ask(`molecules?select=${select}`), { status: 400, body: { code: 'PGRST123' } }, select)
  }
})

t.test('the log has the table and no value of the query, and metrics have no name of a table', async (t) => {
  const log = { lines: [] as string[] }
  const { app, ask } = await start(t, {}, log)
  await ask('molecules?select=name&name=eq.Top-Secret')
  await ask('rpc/count_molecules?prefix=Top-Secret')
  const lines = log.lines.map((line) => JSON.parse(line)).filter(({ method }) => method === 'GET')
  t.match(lines, [
    { table: 'molecules', route: '/rest/v1/:name', status: 200, upstream_ms: Number },
    { table: 'rpc/count_molecules', route: '/rest/v1/rpc/:name', status: 200 }
  ])
  t.notMatch(log.lines.join(''), /Top-Secret/)
  const metrics = await app.metrics.exposition()
  t.match(metrics, /route="\/rest\/v1\/:name"/)
  t.notMatch(metrics, /count_molecules/)
})

t.test('rate limit and conformance speak in the shape of PostgREST', async (t) => {
  const { ask } = await start(t, { RATE_LIMIT: '1' })
  t.match(await ask('molecules?limit=1'), { status: 200, headers: { 'ratelimit-remaining': '0' } })
  t.match(await ask('molecules?limit=1'), {
    status: 429,
    headers: { 'retry-after': /\d/ },
    body: { code: /./, message: /Rate limit/, details: null, hint: null }
  })
  const { ask: other } = await start(t)
  t.match(await other(`molecules?${'&a=1'.repeat(101)}`), { status: 400, body: { details: null } })
})
