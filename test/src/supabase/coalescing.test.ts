import { PassThrough } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { CLIENT_DISCONNECTED } from '../../../src/supabase/cancellation.ts'
import { type SelectOptions, SupabaseClient } from '../../../src/supabase/client.ts'
import { DataApi, type DataApiOptions } from '../../../src/supabase/data-api.ts'
import type { SupabaseResponse } from '../../../src/supabase/response.ts'
import { socketPool } from '../../support/pool/socket-pool.ts'
import { sendRows, startUpstream } from '../../support/upstream/upstream.ts'

type Respond = (status?: number) => void

/** A project that responds when it is told to, and what its client's observers have seen. */
async function start(t: Test, options: Partial<DataApiOptions> = {}, maxSize = 100) {
  const held: Respond[] = []
  const arrivals: (() => void)[] = []
  const upstream = await startUpstream((request, response) => {
    held.push((status = 200) => {
      if (status === 200) sendRows(response, [{ url: request.url, by: request.headers }])
      else response.writeHead(status).end()
    })
    for (const arrival of arrivals) arrival()
  })
  const pool = socketPool(upstream.url, {
    maxSize,
    credentials: () => ({ anon: { apikey: 'anon' }, service: { apikey: 'service' } })
  })
  t.teardown(() => Promise.all([pool.destroy(), upstream.close()]))
  const seen: [context: object | undefined, event: string][] = []
  const api = new DataApi({
    url: upstream.url,
    dispatcher: pool,
    timeout: 5_000,
    observe: (context) => ({
      headers: {},
      onJoined: () => seen.push([context, 'joined']),
      onSent: () => seen.push([context, 'sent']),
      onEnd: (status, reason) => seen.push([context, String(status ?? (reason as Error).message)])
    }),
    ...options
  })
  const client = new SupabaseClient(api)
  /** Resolves when Supabase has been asked so often. */
  const asked = async (count: number) => {
    while (held.length < count) await new Promise<void>((resolve) => arrivals.push(resolve))
  }
  return { api, client, pool, upstream, held, asked, seen }
}

const all = <T>(count: number, make: () => T) => Array.from({ length: count }, make)

t.test('concurrent identical reads share one request and its response', async (t) => {
  const { client, upstream, held, asked } = await start(t)
  const pages = all(50, () => client.page('rows', { limit: 10, token: 'one' }))
  await asked(1)
  pages.push(client.page('rows', { limit: 10, token: 'one' }))
  held[0]?.()
  const responses = await Promise.all(pages)
  t.equal(new Set(responses.map(({ rows }) => rows.toString())).size, 1)
  t.equal(upstream.requests.length, 1)
  t.equal(client.coalesced, 50)
})

t.test('a read after a response is a new request', async (t) => {
  const { client, upstream, held, asked } = await start(t)
  for (const turn of [1, 2]) {
    const page = client.page('rows')
    await asked(turn)
    held[turn - 1]?.()
    await page
  }
  t.equal(upstream.requests.length, 2)
  t.equal(client.coalesced, 0)
})

t.test('a read after a write is not coalesced with one from before it', async (t) => {
  const { client, upstream, held, asked } = await start(t)
  const before = client.page('rows')
  await asked(1)
  const write = client.request('POST', 'rows', { body: {} })
  await asked(2)
  held[1]?.()
  await write
  const after = client.page('rows')
  await asked(3)
  held[0]?.()
  held[2]?.()
  await Promise.all([before, after])
  t.equal(upstream.requests.length, 3)
})

t.test('reads that differ in anything are not coalesced', async (t) => {
  const { client, held, asked } = await start(t)
  const variants: [table: string, options: SelectOptions][] = [
    ['rows', {}],
    ['others', {}],
    ['rows', { limit: 1 }],
    ['rows', { offset: 1 }],
    ['rows', { order: 'id' }],
    ['rows', { select: 'id' }],
    ['rows', { filters: { id: { equals: 'a' } } }],
    ['rows', { role: 'service' }],
    ['rows', { token: 'one' }],
    ['rows', { token: 'two' }],
    ['rows', { token: 'two', role: 'service' }],
    ['rows', { timeout: 4_000 }]
  ]
  const pages = [...variants, ...variants].map(([table, options]) => client.page(table, options))
  await asked(variants.length)
  await setImmediate()
  for (const respond of held) respond()
  const responses = (await Promise.all(pages)).map(({ rows }) => rows.toString())
  t.equal(held.length, variants.length)
  t.strictSame(responses.slice(0, variants.length), responses.slice(variants.length))
  t.equal(new Set(responses).size, variants.length - 1, 'but for the time-out, all responses differ')
})

t.test(
  "nobody sees another's rows: each response is what this caller asked for, with this caller's credentials",
  async (t) => {
    const { client, held } = await start(t)
    let answered = 0
    const answering = (async () => {
      while (answered < 3_000) {
        // In any order.
        const [respond] = held.splice(Math.floor(Math.random() * held.length), 1)
        respond?.()
        await setImmediate()
      }
    })()
    const caller = async (number: number) => {
      for (let i = 0; i < 30; i++, answered++) {
        const token = number % 4 ? `user-${number % 10}` : undefined
        const role = number % 3 ? 'anon' : 'service'
        const limit = 1 + Math.floor(Math.random() * 3)
        const [row] = await client.select<{ url: string; by: Record<string, string> }>('rows', {
          role,
          limit,
          ...(token && { token })
        })
        const own = { authorization: token && `Bearer ${token}`, apikey: role, url: `/rest/v1/rows?limit=${limit}` }
        const got = { authorization: row?.by.authorization, apikey: row?.by.apikey, url: row?.url }
        if (JSON.stringify(got) !== JSON.stringify(own)) t.strictSame(got, own)
      }
    }
    await Promise.all([answering, ...Array.from({ length: 100 }, (_, number) => caller(number))])
    t.ok(client.coalesced > 300, 'though many shared')
  }
)

t.test('a coalesced read is aborted when its last caller aborts, and not before', async (t) => {
  const { client, pool, upstream, held, asked } = await start(t)
  const leavers = all(3, () => new AbortController())
  const pages = leavers.map(({ signal }) => client.page('rows', { signal }))
  await asked(1)
  leavers[0]?.abort(new Error('left first'))
  await t.rejects(pages[0] as Promise<unknown>, { message: 'left first' })
  leavers[1]?.abort(new Error('left second'))
  await t.rejects(pages[1] as Promise<unknown>, { message: 'left second' })
  held[0]?.()
  t.equal((await pages[2])?.count, 1)

  const more = all(2, () => new AbortController())
  const lost = more.map(({ signal }) => t.rejects(client.page('rows', { signal }), { message: 'gone' }))
  await asked(2)
  for (const one of more) one.abort(new Error('gone'))
  await Promise.all(lost)
  await setImmediate()
  t.match(pool.stats(), { in_use: 0, retired: { broken: 1 } })

  const fresh = client.page('rows')
  await asked(3)
  held[2]?.()
  await fresh
  t.equal(upstream.requests.length, 3, 'who comes then asks anew')
})

t.test('a coalesced read leaves the wait queue when its last caller aborts', async (t) => {
  const { client, pool, held, asked } = await start(t, {}, 1)
  const first = client.page('first')
  await asked(1)
  const leavers = all(2, () => new AbortController())
  const pages = leavers.map(({ signal }) => t.rejects(client.page('second', { signal }), { message: 'gone' }))
  t.match(pool.stats(), { waiting: 1 })
  leavers[0]?.abort(new Error('gone'))
  t.match(pool.stats(), { waiting: 1 })
  leavers[1]?.abort(new Error('gone'))
  t.match(pool.stats(), { waiting: 0 })
  await Promise.all(pages)
  held[0]?.()
  await first
})

t.test('a failed coalesced read rejects for every caller', async (t) => {
  const { api, upstream, held, asked, seen } = await start(t)
  const callers = all(5, () => ({ response: new PassThrough(), callerId: '' }))
  const pages = callers.map((caller) =>
    t.rejects(new SupabaseClient(api, caller).page('rows'), { code: 'UPSTREAM_ERROR' })
  )
  await asked(1)
  held[0]?.(500)
  await Promise.all(pages)
  t.equal(upstream.requests.length, 1)
  for (const caller of callers) {
    const events = seen.filter(([whose]) => whose === caller).map(([, event]) => event)
    t.strictSame(events, caller === callers[0] ? ['sent', '500'] : ['joined', 'sent', '500'])
  }
})

t.test('an observer is notified of its own caller only', async (t) => {
  const { api, held, asked, seen } = await start(t)
  const leaver = { response: new PassThrough(), callerId: '' }
  const late = { response: new PassThrough(), callerId: '' }
  const leaving = new SupabaseClient(api, leaver).page('rows')
  await asked(1)
  const staying = new SupabaseClient(api, late).page('rows')
  leaver.response.destroy()
  await t.rejects(leaving, CLIENT_DISCONNECTED)
  held[0]?.()
  await staying
  t.strictSame(seen, [
    [leaver, 'sent'],
    [late, 'joined'],
    [late, 'sent'],
    [leaver, CLIENT_DISCONNECTED.message],
    [late, '200']
  ])
})

t.test("an observer is notified once of its caller's abort, though the request ends later", async (t) => {
  const { client, asked, seen } = await start(t)
  const abort = new AbortController()
  const leaving = client.page('rows', { signal: abort.signal })
  await asked(1)
  abort.abort(new Error('left'))
  await t.rejects(leaving)
  await setImmediate()
  t.strictSame(
    seen.map(([, event]) => event),
    ['sent', 'left']
  )
})

t.test('reads are not coalesced when that is switched off, and other requests never are', async (t) => {
  const off = await start(t, { coalesce: false })
  const separate = all(2, () => off.client.page('rows'))
  await off.asked(2)
  for (const respond of off.held) respond()
  await Promise.all(separate)
  t.equal(off.client.coalesced, 0)

  const { client, held, asked } = await start(t)
  const requests: Promise<SupabaseResponse>[] = all(2, () => client.request('GET', 'rows'))
  await asked(2)
  for (const respond of held) respond()
  await Promise.all(requests)
})

t.test('a dispatcher that throws leaves nothing behind', async (t) => {
  const dispatcher = {
    dispatch() {
      throw new Error('not me')
    }
  }
  const client = new SupabaseClient(new DataApi({ url: 'http://localhost', dispatcher, timeout: 1_000 }))
  await t.rejects(client.page('rows'), { message: 'not me' })
  await t.rejects(client.page('rows'), { message: 'not me' })
  t.equal(client.coalesced, 0)
})
