import t, { type Test } from 'tap'
import { SupabaseClient } from '../../../src/supabase/client.ts'
import { DataApi } from '../../../src/supabase/data-api.ts'
import { socketPool } from '../../support/pool/socket-pool.ts'
import { sendRows, startUpstream } from '../../support/upstream/upstream.ts'

/** A project that accepts one key, and a client whose keys are read from a list as they are reloaded. */
async function start(t: Test, accepted: string, [first, ...others]: [string, ...string[]], refusal: object = {}) {
  const keys = { current: first }
  let reloads = 0
  const upstream = await startUpstream((request, response) => {
    if (request.headers.apikey === accepted) sendRows(response, [])
    else response.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify(refusal))
  })
  const pool = socketPool(upstream.url, {
    credentials: () => ({ anon: { apikey: keys.current }, service: { apikey: keys.current } })
  })
  t.teardown(() => Promise.all([pool.destroy(), upstream.close()]))
  const source = {
    get current() {
      return keys.current
    },
    reload: () => {
      reloads++
      const next = others.shift()
      if (next === undefined) return
      keys.current = next
      pool.renew()
    }
  }
  const client = new SupabaseClient(new DataApi({ url: upstream.url, dispatcher: pool, timeout: 5_000, keys: source }))
  return { client, upstream, reloads: () => reloads }
}

t.test('a request whose key Supabase refuses is sent again with a newer key', async (t) => {
  const { client, upstream } = await start(t, 'new', ['old', 'new'])
  t.strictSame(await client.select('rows'), [])
  t.equal((await client.request('POST', 'rows', { body: { a: 1 } })).status, 200)
  t.strictSame(
    upstream.requests.map(({ method, headers }) => [method, headers.apikey]),
    [
      ['GET', 'old'],
      ['GET', 'new'],
      ['POST', 'new']
    ]
  )
})

t.test('a POST whose key Supabase refuses is sent again, as a refused request has no effect', async (t) => {
  const { client, upstream } = await start(t, 'new', ['old', 'new'])
  t.equal((await client.request('POST', 'rows', { body: { a: 1 } })).status, 200)
  t.strictSame(
    upstream.requests.map(({ body }) => body),
    ['{"a":1}', '{"a":1}']
  )
})

t.test('a request that meets two key rotations is sent again after each', async (t) => {
  const { client, upstream } = await start(t, 'newest', ['old', 'new', 'newest'])
  t.strictSame(await client.select('rows'), [])
  t.strictSame(
    upstream.requests.map(({ headers }) => headers.apikey),
    ['old', 'new', 'newest']
  )
})

t.test(
  'a request whose key Supabase refuses fails with UPSTREAM_REFUSED_KEYS when there is no newer key',
  async (t) => {
    const { client, upstream } = await start(t, 'new', ['old'])
    await t.rejects(client.select('rows'), { code: 'UPSTREAM_REFUSED_KEYS', statusCode: 502 })
    t.equal(upstream.requests.length, 1)
  }
)

t.test('a request whose newer keys are all refused fails with UPSTREAM_TIMEOUT at its timeout', async (t) => {
  const keys = Array.from({ length: 10_000 }, (_, i) => `key ${i}`)
  const { client, upstream } = await start(t, 'none of them', ['old', ...keys])
  await t.rejects(client.select('rows', { timeout: 100 }), { code: 'UPSTREAM_TIMEOUT', statusCode: 504 })
  t.ok(upstream.requests.length > 1)
})

t.test('a request whose user token Supabase refuses is not sent again', async (t) => {
  const { client, upstream, reloads } = await start(t, 'new', ['old', 'new'], { code: 'PGRST301' })
  await t.rejects(client.select('rows', { token: 'user.jwt' }), { code: 'INVALID_TOKEN' })
  t.equal(upstream.requests.length, 1)
  t.equal(reloads(), 0)
})

t.test('concurrent requests whose key Supabase refuses are all sent again', async (t) => {
  const { client, upstream } = await start(t, 'new', ['old', 'new'])
  const results = await Promise.all(['rows', 'others'].map((table) => client.select(table)))
  t.strictSame(results, [[], []])
  t.equal(upstream.requests.length, 4)
})

t.test('the observer of a request that is sent again is notified once that it is sent', async (t) => {
  const upstream = await startUpstream((request, response) => {
    if (request.headers.apikey === 'new') sendRows(response, [])
    else response.writeHead(401).end()
  })
  let key = 'old'
  const pool = socketPool(upstream.url, {
    credentials: () => ({ anon: { apikey: key }, service: { apikey: key } })
  })
  t.teardown(() => Promise.all([pool.destroy(), upstream.close()]))
  const events: string[] = []
  const client = new SupabaseClient(
    new DataApi({
      url: upstream.url,
      dispatcher: pool,
      timeout: 5_000,
      keys: {
        get current() {
          return key
        },
        reload() {
          key = 'new'
          pool.renew()
        }
      },
      observe: () => ({
        headers: {},
        onJoined: () => events.push('joined'),
        onSent: () => events.push('sent'),
        onEnd: () => events.push('ended')
      })
    })
  )
  t.strictSame(await client.select('rows'), [])
  t.equal(upstream.requests.length, 2)
  t.strictSame(events, ['sent', 'ended'])
})
