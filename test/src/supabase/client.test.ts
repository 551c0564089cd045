import t, { type Test } from 'tap'
import { SupabaseClient } from '../../../src/supabase/client.ts'
import { DataApi } from '../../../src/supabase/data-api.ts'
import { socketPool } from '../../support/pool/socket-pool.ts'
import { sendRows, startUpstream } from '../../support/upstream/upstream.ts'

async function start(t: Test, respond?: Parameters<typeof startUpstream>[0], path = '') {
  const upstream = await startUpstream(respond)
  const pool = socketPool(upstream.url)
  t.teardown(() => Promise.all([pool.destroy(), upstream.close()]))
  const client = new SupabaseClient(new DataApi({ url: upstream.url + path, dispatcher: pool, timeout: 5_000 }))
  return { upstream, pool, client }
}

t.test(
  'request sends all methods with parameters, JSON bodies, headers and roles, and resolves with any response',
  async (t) => {
    const { upstream, client } = await start(t, (_request, response) => response.writeHead(418).end('{"a":1}'))
    const options = {
      body: { name: 'é' },
      params: { a: 'x y', b: ['1', '2'], c: undefined, d: 0 },
      role: 'service'
    } as const
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      const response = await client.request(method, '/rows', { ...options, headers: { prefer: 'return=minimal' } })
      t.match(response, { status: 418, ok: false, isJson: false })
      t.strictSame(response.json(), { a: 1 })
      t.match(upstream.requests.at(-1), {
        method,
        url: '/rest/v1/rows?a=x%20y&b=1&b=2&d=0',
        body: '{"name":"é"}',
        headers: { 'content-type': 'application/json', prefer: 'return=minimal', apikey: 'sb_secret_key' }
      })
    }
    t.equal((await client.request('GET', 'rows')).text(), '{"a":1}')
    t.match(upstream.requests.at(-1), { method: 'GET', url: '/rest/v1/rows', body: '' })
    t.notMatch(upstream.requests.at(-1)?.headers, { 'content-type': /./ })
  }
)

t.test('what cannot be sent is refused before anything is sent', async (t) => {
  const { upstream, client } = await start(t)
  await t.rejects(client.request('GET', '../auth/v1/users'), TypeError)
  await t.rejects(client.request('GET', 'rows', { token: 'a\nb' }), TypeError)
  await t.rejects(client.page('..'), TypeError)
  await t.rejects(client.page('rows', { filters: { cid: [] } }), TypeError)
  for (const timeout of [0, -1, Number.NaN]) await t.rejects(client.page('rows', { timeout }), TypeError, `${timeout}`)
  t.equal(upstream.requests.length, 0)
})

t.test('a time-out may be infinite', async (t) => {
  const { client } = await start(t, (_request, response) => setTimeout(() => sendRows(response, []), 20))
  t.match(await client.page('rows', { timeout: Number.POSITIVE_INFINITY }), { count: 0 })
})

t.test('a project may live below a path', async (t) => {
  const { upstream, client } = await start(t, undefined, '/base/')
  await client.select('rows')
  t.equal(upstream.requests[0]?.url, '/base/rest/v1/rows?limit=100')
})

t.test("a user's token goes beside the project's key", async (t) => {
  const { upstream, client } = await start(t)
  await client.select('rows', { token: 'user.jwt.x' })
  t.match(upstream.requests[0]?.headers, { apikey: 'legacy.anon.key', authorization: 'Bearer user.jwt.x' })
})

t.test('select writes one PostgREST query and reads rows', async (t) => {
  const { upstream, client } = await start(t, (_request, response) => sendRows(response, [{ id: 1 }, { id: 2 }]))
  const filters = { name: { startsWith: 'a,b' }, weight: ['gt.1', 'lt.9'], lone: { equals: '\ud800' } }
  const rows = await client.select('odd name', { filters, limit: 5, offset: 10, order: 'id.asc', select: 'id' })
  t.strictSame(rows, [{ id: 1 }, { id: 2 }])
  const query = 'name=ilike.a%2Cb%25&weight=gt.1&weight=lt.9&lone=eq.%EF%BF%BD&select=id&order=id.asc&limit=5&offset=10'
  t.equal(upstream.requests[0]?.url, `/rest/v1/odd%20name?${query}`)
})

t.test('a page is counted, not parsed', async (t) => {
  let rows: unknown[] = [{ id: 1 }]
  const { client } = await start(t, (_request, response) => sendRows(response, rows))
  t.match(await client.page('rows'), { count: 1, rows: Buffer.from('[{"id":1}]') })
  rows = []
  t.match(await client.page('rows'), { count: 0, rows: Buffer.from('[]') })
})

t.test('a response in many chunks is concatenated', async (t) => {
  const rows = Array.from({ length: 1000 }, (_, id) => ({ id, text: 'x'.repeat(200) }))
  const { client } = await start(t, (_request, response) => sendRows(response, rows))
  t.strictSame(await client.select('rows', { limit: 1000 }), rows)
})

t.test('a response that is no page of rows is an invalid response', async (t) => {
  const json = { 'content-type': 'application/json', 'content-range': '0-0/*' }
  const responses: [headers: Record<string, string>, body: string][] = [
    [{ ...json, 'content-type': 'text/html' }, '[]'],
    [{ 'content-range': '0-0/*' }, '[]'],
    [json, '{}'],
    [json, '[{'],
    [json, ''],
    [{ 'content-type': 'application/json' }, '[]'],
    [{ ...json, 'content-range': 'all of them' }, '[]'],
    [{ ...json, 'content-encoding': 'gzip' }, '[]']
  ]
  for (const [headers, body] of responses) {
    const { client } = await start(t, (_request, response) => response.writeHead(200, headers).end(body))
    await t.rejects(client.page('rows'), { code: 'UPSTREAM_INVALID_ANSWER', statusCode: 502 }, JSON.stringify(headers))
  }
  const { client } = await start(t, (_request, response) => response.writeHead(200, json).end('[{"a":}]'))
  await t.rejects(client.select('rows'), { code: 'UPSTREAM_INVALID_ANSWER' })
})

t.test('the tables are the paths of the OpenAPI document that are neither root nor function', async (t) => {
  let document: unknown = { paths: { '/': {}, '/rpc/count': {}, '/molecules': {}, '/a_view': {} } }
  const { upstream, client } = await start(t, (_request, response) => response.end(JSON.stringify(document)))
  t.strictSame(await client.tables(), ['a_view', 'molecules'])
  t.match(upstream.requests[0], { url: '/rest/v1/', headers: { apikey: 'sb_secret_key' } })
  for (document of [{}, 'text', null, [], { paths: 'hello' }, { paths: null }])
    await t.rejects(client.tables(), { code: 'UPSTREAM_INVALID_ANSWER' })
})

t.test('a filter by a reserved column throws a TypeError', async (t) => {
  const { client } = await start(t)
  for (const column of ['select', 'order', 'limit', 'offset']) {
    await t.rejects(client.page('rows', { filters: { [column]: 'eq.1' } }), TypeError, column)
  }
})

t.test('check rejects an HTTP server that is not Supabase', async (t) => {
  const json = 'application/json'
  const responses: [status: number, type: string, body: string, code: string][] = [
    [200, 'text/html', '[]', 'UPSTREAM_NOT_SUPABASE'],
    [200, json, '{}', 'UPSTREAM_NOT_SUPABASE'],
    [404, 'text/html', '', 'UPSTREAM_NOT_SUPABASE'],
    [404, json, '{}', 'UPSTREAM_NOT_SUPABASE'],
    [302, 'text/html', '', 'UPSTREAM_NOT_SUPABASE'],
    [400, 'text/html', '', 'UPSTREAM_NOT_SUPABASE'],
    [402, json, '{}', 'UPSTREAM_REJECTED'],
    [401, json, '{}', 'UPSTREAM_REFUSED_KEYS'],
    [403, json, '{}', 'UPSTREAM_REFUSED_KEYS'],
    [500, json, '{}', 'UPSTREAM_ERROR']
  ]
  for (const [status, type, body, code] of responses) {
    const { client } = await start(t, (_request, response) =>
      response.writeHead(status, { 'content-type': type }).end(body)
    )
    await t.rejects(client.check('molecules', { select: 'id' }), { name: 'SupabaseError', code }, `${status} ${type}`)
  }
})

t.test('check passes when the key of the role is accepted and the columns are there', async (t) => {
  const { upstream, client } = await start(t)
  await client.check('molecules', { select: 'id,name' })
  await client.check('molecules', { select: 'id', role: 'service' })
  t.match(upstream.requests, [
    { url: '/rest/v1/molecules?select=id%2Cname&limit=1', headers: { apikey: 'legacy.anon.key' } },
    { url: '/rest/v1/molecules?select=id&limit=1', headers: { apikey: 'sb_secret_key' } }
  ])
})

t.test('check accepts a key whose role may not read the table', async (t) => {
  const { client } = await start(t, (_request, response) =>
    response
      .writeHead(401, { 'content-type': 'application/json' })
      .end('{"code":"42501","message":"permission denied"}')
  )
  await client.check('molecules', { select: 'id' })
})

t.test('only a 2xx response counts as the last success', async (t) => {
  let status = 404
  const { client } = await start(t, (_request, response) => response.writeHead(status).end('[]'))
  await client.request('GET', 'rows')
  t.equal(client.lastSuccessAt, Number.NEGATIVE_INFINITY)
  status = 200
  const before = performance.now()
  await client.request('GET', 'rows')
  t.ok(client.lastSuccessAt >= before && client.lastSuccessAt <= performance.now())
})

t.test('every table name is encoded in the path', async (t) => {
  const { upstream, client } = await start(t)
  await client.select('\ud800', { filters: JSON.parse('{"__proto__":"eq.1"}') })
  t.equal(upstream.requests[0]?.url, '/rest/v1/%EF%BF%BD?__proto__=eq.1&limit=100')
})

t.test('a request that cannot be sent throws a TypeError', async (t) => {
  const { upstream, client } = await start(t)
  const unsendable = [
    { role: 'admin' as never },
    { headers: { 'transfer-encoding': 'chunked' } },
    { headers: { expect: '100-continue' } },
    { headers: { 'content-length': '3' } }
  ]
  for (const options of unsendable) {
    await t.rejects(client.request('POST', 'rows', { body: {}, ...options }), TypeError, JSON.stringify(options))
  }
  t.equal(upstream.requests.length, 0)
})
