import type { ServerResponse } from 'node:http'
import t, { type Test } from 'tap'
import { SupabaseClient } from '../../../src/supabase/client.ts'
import { DataApi } from '../../../src/supabase/data-api.ts'
import { socketPool } from '../../support/pool/socket-pool.ts'
import { startGateway } from '../../support/upstream/gateway.ts'
import { startUpstream } from '../../support/upstream/upstream.ts'

async function start(t: Test, respond: Parameters<typeof startUpstream>[0]) {
  const upstream = await startUpstream(respond)
  const pool = socketPool(upstream.url)
  t.teardown(() => Promise.all([pool.destroy(), upstream.close()]))
  return { upstream, client: new SupabaseClient(new DataApi({ url: upstream.url, dispatcher: pool, timeout: 5_000 })) }
}

const json = (range: string) => ({ 'content-type': 'application/json; charset=utf-8', 'content-range': range })

t.test('a page with a count has the total, of a part, of all and of no rows', async (t) => {
  const responses: [status: number, range: string, body: string, page: { count: number; total: number }][] = [
    [206, '0-1/84', '[{}, {}]', { count: 2, total: 84 }],
    [200, '0-1/2', '[{}, {}]', { count: 2, total: 2 }],
    [200, '*/0', '[]', { count: 0, total: 0 }],
    [206, '*/84', '[]', { count: 0, total: 84 }]
  ]
  for (const [status, range, body, page] of responses) {
    const { upstream, client } = await start(t, (_request, response) =>
      response.writeHead(status, json(range)).end(body)
    )
    for (const count of ['exact', 'planned', 'estimated'] as const) {
      t.strictSame(await client.page('rows', { count }), { ...page, counting: count, rows: Buffer.from(body) })
      t.equal(upstream.requests.at(-1)?.headers.prefer, `count=${count}`)
    }
  }
})

t.test('a page without a count has no total', async (t) => {
  const { upstream, client } = await start(t, (_request, response) =>
    response.writeHead(200, json('0-0/*')).end('[{}]')
  )
  t.strictSame(await client.page('rows'), { count: 1, rows: Buffer.from('[{}]') })
  t.notOk('prefer' in (upstream.requests[0]?.headers ?? {}))
})

t.test('a missing total is an invalid response', async (t) => {
  for (const range of ['0-0/*', '0-0', '0-0/x', '0-0/84x']) {
    const { client } = await start(t, (_request, response) => response.writeHead(200, json(range)).end('[{}]'))
    await t.rejects(client.page('rows', { count: 'exact' }), { code: 'UPSTREAM_INVALID_ANSWER' }, range)
  }
})

t.test('an offset beyond the total gives the rows that there are, and the total', async (t) => {
  const { upstream, client } = await start(t, ({ headers }, response) => {
    if (headers.prefer) response.writeHead(416, json('*/5')).end('{"code":"PGRST103"}')
    else response.writeHead(200, json('7-8/*')).end('[{}, {}]')
  })
  const page = await client.page('rows', { count: 'planned', offset: 7, limit: 2, token: 'a.user' })
  t.strictSame(page, { count: 2, total: 5, counting: 'planned', rows: Buffer.from('[{}, {}]') })
  t.strictSame(
    upstream.requests.map(({ url, headers }) => [url, headers.authorization]),
    Array(2).fill(['/rest/v1/rows?limit=2&offset=7', 'Bearer a.user'])
  )
})

t.test('an offset beyond an exact total is an empty page, for which Supabase is asked once', async (t) => {
  const { upstream, client } = await start(t, (_request, response) =>
    response.writeHead(416, json('*/5')).end('{"code":"PGRST103"}')
  )
  const page = await client.page('rows', { count: 'exact', offset: 7 })
  t.strictSame(page, { count: 0, total: 5, counting: 'exact', rows: Buffer.from('[]') })
  t.equal(upstream.requests.length, 1)
})

t.test('an offset beyond an estimated total is answered within one time-out, the second wait included', async (t) => {
  const held: ServerResponse[] = []
  const { client } = await start(t, ({ headers }, response) => {
    if (headers.prefer) response.writeHead(416, json('*/5')).end('{"code":"PGRST103"}')
    else held.push(response)
  })
  const timeout = 300
  // The pool has two connections: when one is free again, somebody else has waited for it.
  const counted = client.page('rows', { count: 'planned', offset: 7, timeout })
  const others = [client.page('others'), client.page('more')]
  const startedAt = performance.now()
  await t.rejects(counted, { code: 'UPSTREAM_TIMEOUT' })
  t.ok(performance.now() - startedAt < 2 * timeout, 'not after two time-outs')
  t.equal(held.length, 2, 'the rows were never asked for')
  for (const response of held) response.writeHead(200, json('*/*')).end('[]')
  await Promise.all(others)
})

t.test('an estimate that arrives when the time is up leaves none for the rows', async (t) => {
  const { upstream, client } = await start(t, (_request, response) =>
    response.writeHead(416, json('*/5')).end('{"code":"PGRST103"}')
  )
  const now = performance.now.bind(performance)
  let calls = 0
  t.intercept(performance, 'now', { value: () => now() + 1_000 * calls++ })
  await t.rejects(client.page('rows', { count: 'planned', offset: 7, timeout: 1_000 }), { code: 'UPSTREAM_TIMEOUT' })
  t.equal(upstream.requests.length, 1)
})

t.test('whitespace around the rows is not passed on', async (t) => {
  const { client } = await start(t, (_request, response) =>
    response.writeHead(200, json('0-0/*')).end(' \r\n\t[{ }]\n')
  )
  t.strictSame(await client.page('rows'), { count: 1, rows: Buffer.from('[{ }]') })
})

t.test('a range that runs backwards and a blank body are invalid responses', async (t) => {
  for (const [range, body] of [
    ['9-0/*', '[]'],
    ['*/*', ' \n'],
    ['*/*', '']
  ] as const) {
    const { client } = await start(t, (_request, response) => response.writeHead(200, json(range)).end(body))
    await t.rejects(client.page('rows'), { code: 'UPSTREAM_INVALID_ANSWER', statusCode: 502 }, range)
  }
})

t.test('a 416 is a failure without a count, and an invalid response without a total', async (t) => {
  const { client } = await start(t, ({ headers, url }, response) => {
    response.writeHead(headers.prefer || url?.includes('refused') ? 416 : 200, json('*/*')).end('[]')
  })
  await t.rejects(client.page('refused'), { code: 'UPSTREAM_REJECTED', statusCode: 502 })
  await t.rejects(client.page('rows', { count: 'exact' }), { code: 'UPSTREAM_INVALID_ANSWER', statusCode: 502 })
})

t.test('a page of the real PostgREST has its rows and its total', async (t) => {
  const gateway = await startGateway()
  const pool = socketPool(gateway.url, {
    credentials: () => ({ anon: { apikey: gateway.keys.publishable }, service: { apikey: gateway.keys.secret } })
  })
  t.teardown(() => Promise.all([pool.destroy(), gateway.close()]))
  const client = new SupabaseClient(new DataApi({ url: gateway.url, dispatcher: pool, timeout: 5_000 }))
  const { length } = await client.select('molecules', { limit: 1000 })

  t.match(await client.page('molecules', { count: 'exact', limit: 2 }), { count: 2, total: length })
  t.match(await client.page('molecules', { count: 'exact', limit: 1000 }), { count: length, total: length })
  for (const offset of [length, length + 1, 100_000]) {
    const page = await client.page('molecules', { count: 'exact', offset })
    t.match(page, { count: 0, total: length, rows: Buffer.from('[]') }, `offset ${offset}`)
  }
  for (const count of ['planned', 'estimated'] as const) {
    t.type((await client.page('molecules', { count, limit: 2 })).total, 'number')
    t.match(await client.page('molecules', { count, offset: length - 1 }), { count: 1 }, 'however wrong the estimate')
    t.match(await client.page('molecules', { count, offset: 100_000 }), { count: 0 })
  }
})
