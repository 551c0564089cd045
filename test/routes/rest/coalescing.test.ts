// Identical reads at the same time share one request, where the response is small.
import { once } from 'node:events'
import type { RequestListener, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { startApp } from '../../support/service/app.ts'
import { startUpstream } from '../../support/upstream/upstream.ts'
import { waitFor } from '../../support/wait.ts'

const KEY = 'the-key'
const READERS = 5

/** A gateway and its upstream, whose responses wait until `release` is called. */
async function start(t: Test, body: Buffer, settings: Record<string, string> = {}) {
  const held: ServerResponse[] = []
  const hold: RequestListener = ({ method }, response) => {
    if (method === 'GET') held.push(response)
    else response.writeHead(201).end()
  }
  const upstream = await startUpstream(hold)
  t.teardown(() => upstream.close())
  let arrived = 0
  const own = { SUPABASE_URL: upstream.url, SUPABASE_KEY: KEY, GATEWAY: 'all', DB_POOL_MIN_SIZE: '0' }
  const app = await startApp(t, { ...own, ...settings }, undefined, (app) =>
    app.addHook('preHandler', async () => {
      arrived++
    })
  )
  const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/rest/v1`
  /** Responds when so many requests of Supabase's, and of clients since the start, have arrived. */
  const release = async (count: number, clients = 0) => {
    while (held.length < count || arrived < clients) await sleep(5)
    for (const response of held.splice(0)) response.setHeader('x-a', 'b').end(body)
  }
  const read = async (path: string, headers: Record<string, string> = {}, signal?: AbortSignal) => {
    const response = await fetch(`${url}/${path}`, { headers: { apikey: KEY, ...headers }, ...(signal && { signal }) })
    return {
      status: response.status,
      header: response.headers.get('x-a'),
      body: Buffer.from(await response.arrayBuffer())
    }
  }
  const write = (path: string) => fetch(`${url}/${path}`, { method: 'POST', headers: { apikey: KEY }, body: '{}' })
  return { app, upstream, release, read, write }
}
const small = Buffer.from('[{"name":"Glycerol"}]')
const large = Buffer.alloc(3_000_000, 'x')

t.test('identical reads share one request and its response', async (t) => {
  const { app, upstream, release, read } = await start(t, small)
  const reads = Array.from({ length: READERS }, () => read('molecules?limit=1'))
  await release(1, READERS)
  for (const response of await Promise.all(reads)) t.strictSame(response, { status: 200, header: 'b', body: small })
  t.equal(upstream.requests.length, 1)
  t.match(await app.metrics.exposition(), new RegExp(`cryoprotect_upstream_coalesced_total ${READERS - 1}`))
  const later = read('molecules?limit=1')
  await release(1)
  await later
  t.equal(upstream.requests.length, 2, 'a response is not kept')
})

t.test('reads that differ in URL, user or a header share no request, nor do writes', async (t) => {
  const { upstream, release, read } = await start(t, small)
  const reads = [
    read('molecules?limit=1'),
    read('molecules?limit=2'),
    read('molecules?limit=1', { authorization: 'Bearer a.b.c' }),
    read('molecules?limit=1', { authorization: 'Bearer a.b.d' }),
    read('molecules?limit=1', { accept: 'text/csv' }),
    read('molecules?limit=1', { prefer: 'count=exact' })
  ]
  await release(reads.length)
  await Promise.all(reads)
  t.equal(upstream.requests.length, reads.length)
})

t.test('a read after a write shares no request with one from before it', async (t) => {
  const { upstream, release, read, write } = await start(t, small)
  const before = read('molecules?limit=1')
  await waitFor(() => upstream.requests.length === 1)
  await write('molecules')
  const after = read('molecules?limit=1')
  await release(2)
  await Promise.all([before, after])
  t.strictSame(
    upstream.requests.map(({ method }) => method),
    ['GET', 'POST', 'GET']
  )
})

t.test('COALESCE_READS=false has every read sent', async (t) => {
  const { upstream, release, read } = await start(t, small, { COALESCE_READS: 'false' })
  const reads = [read('molecules'), read('molecules')]
  await release(2)
  await Promise.all(reads)
  t.equal(upstream.requests.length, 2)
})

t.test('a response that turns out to be large goes to one, and the others ask for themselves', async (t) => {
  const { upstream, release, read } = await start(t, large)
  const reads = Array.from({ length: READERS }, () => read('molecules'))
  await release(1, READERS)
  await release(READERS - 1)
  for (const { body } of await Promise.all(reads)) t.ok(body.equals(large))
  t.equal(upstream.requests.length, READERS)
})

t.test(
  'a reader who leaves does not take the response from the others, and the last one ends the request',
  async (t) => {
    const { app, upstream, release, read } = await start(t, small)
    const leaving = new AbortController()
    const first = read('molecules', {}, leaving.signal)
    while (upstream.requests.length === 0) await sleep(5)
    const second = read('molecules')
    while (!(await app.metrics.exposition()).includes('cryoprotect_upstream_coalesced_total 1')) await sleep(5)
    leaving.abort()
    await t.rejects(first, { name: 'AbortError' })
    await release(1)
    t.strictSame((await second).body, small)

    const last = new AbortController()
    const third = read('molecules', {}, last.signal)
    while (upstream.requests.length === 1) await sleep(5)
    const [socket] = upstream.sockets
    const closed = once(socket as NonNullable<typeof socket>, 'close')
    last.abort()
    await t.rejects(third, { name: 'AbortError' })
    await closed
  }
)
