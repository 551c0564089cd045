import type { AddressInfo } from 'node:net'
import t from 'tap'
import { startApp } from '../../support/service/app.ts'
import { startGateway } from '../../support/upstream/gateway.ts'

const gateway = await startGateway()
t.teardown(() => gateway.close())
const app = await startApp(t, gateway.environment)
const [{ id }] = (await app.supabase.select('molecules', { limit: 1 })) as [{ id: string }]

const urls = ['/api/molecules', `/api/molecules/${id}`, '/api/molecules?limit=3&count=exact&select=name']
const accepts = ['application/json', 'text/csv', 'application/x-ndjson']

t.test('a response has a strong ETag of its bytes', async (t) => {
  const tags = new Map<unknown, string>()
  for (const url of urls) {
    for (const accept of accepts) {
      const { headers, body } = await app.inject({ url, headers: { accept } })
      t.match(headers.etag, /^"[\w-]{27}"$/)
      t.equal((await app.inject({ url, headers: { accept } })).headers.etag, headers.etag)
      t.equal(tags.get(headers.etag) ?? body, body)
      tags.set(headers.etag, body)
    }
  }
  t.equal(tags.size, 7, 'three forms of two lists, one of a molecule')
})

t.test('a request with a matching If-None-Match gets 304 without a body', async (t) => {
  for (const url of urls) {
    const { headers } = await app.inject(url)
    const etag = headers.etag as string
    for (const known of [etag, `W/${etag}`, `"x", ${etag} , "y"`, '*']) {
      for (const method of ['GET', 'HEAD'] as const) {
        const response = await app.inject({ method, url, headers: { 'if-none-match': known } })
        t.equal(response.statusCode, 304, `${method} ${known}`)
        t.equal(response.body, '')
        for (const name of ['etag', 'vary', 'cache-control', 'link', 'x-total-count']) {
          t.equal(response.headers[name], headers[name], name)
        }
        t.notOk('content-type' in response.headers)
        const length = response.headers['content-length']
        t.ok(length === undefined || length === headers['content-length'], 'no other length than that of the body')
      }
    }
    for (const other of ['"x"', 'x', etag.slice(1, -1), '']) {
      const response = await app.inject({ url, headers: { 'if-none-match': other } })
      t.equal(response.statusCode, 200, other)
      t.ok(response.body)
    }
  }
})

t.test('fetch over a socket gets 304 for a matching If-None-Match', async (t) => {
  await app.listen({ host: '127.0.0.1', port: 0 })
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/api/molecules`
  const first = await fetch(url)
  await first.arrayBuffer()
  const etag = first.headers.get('etag') as string
  for (const method of ['GET', 'HEAD']) {
    const again = await fetch(url, { method, headers: { 'if-none-match': etag } })
    t.equal(again.status, 304)
    t.equal(await again.text(), '')
  }
})

t.test('HEAD gets the headers of GET without a body', async (t) => {
  const varying = ['date', 'x-request-id']
  for (const url of urls) {
    for (const accept of accepts) {
      const [get, head] = await Promise.all(
        (['GET', 'HEAD'] as const).map((method) => app.inject({ method, url, headers: { accept } }))
      )
      t.equal(head?.statusCode, 200)
      t.equal(head?.body, '')
      const headers = (response = get) =>
        Object.entries(response?.headers ?? {}).filter(([name]) => !varying.includes(name))
      t.strictSame(headers(head), headers(get), `${url} as ${accept}`)
    }
  }
})

t.test('errors have no ETag and are never 304', async (t) => {
  const missing = '/api/molecules/99999999-9999-4999-8999-999999999999'
  for (const [url, status] of [
    [missing, 404],
    ['/api/molecules?limit=x', 400]
  ] as const) {
    const response = await app.inject({ url, headers: { 'if-none-match': '*' } })
    t.equal(response.statusCode, status)
    t.notOk('etag' in response.headers)
  }
})

t.test("responses vary by Authorization, and those to a user's token are private", async (t) => {
  const owner = { authorization: `Bearer ${gateway.userToken('11111111-1111-4111-8111-111111111111')}` }
  const refused = { authorization: 'Bearer a.b.c' }
  const url = '/api/molecules?name=Zz private'
  for (const [headers, status, control] of [
    [{}, 200, 'no-cache'],
    [owner, 200, 'private, no-cache'],
    [refused, 401, 'private, no-cache'],
    [{ authorization: 'Basic x' }, 401, 'private, no-cache'],
    [{ authorization: '' }, 401, 'private, no-cache']
  ] as const) {
    const response = await app.inject({ url: '/api/molecules', headers })
    t.equal(response.statusCode, status)
    t.equal(response.headers['cache-control'], control)
    t.match(response.headers.vary, /^Authorization\b/)
  }
  const wrong = await app.inject({ url: '/api/molecules?limit=x', headers: owner })
  t.match(wrong.headers, { 'cache-control': 'private, no-cache', vary: /Authorization/ }, 'not even an error')
  const { etag } = (await app.inject({ url, headers: owner })).headers
  const response = await app.inject({ url, headers: { 'if-none-match': etag as string } })
  t.match(response.json(), { count: 0 }, 'nor is a tag a key')
})

t.test('an object that Fastify serializes has an ETag', async (t) => {
  const app = await startApp(t, gateway.environment, undefined, (app) => {
    app.get('/object', { onSend: app.tagContent }, async () => ({ a: 1 }))
  })
  const { headers, body } = await app.inject('/object')
  t.equal(body, '{"a":1}')
  t.match(headers.etag, /^"[\w-]+"$/)
  const again = await app.inject({ url: '/object', headers: { 'if-none-match': String(headers.etag) } })
  t.equal(again.statusCode, 304)
})
