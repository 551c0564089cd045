// One line in the log for each request, and its id and trace upstream.
import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { startApp } from '../support/service/app.ts'
import { sendRows, startUpstream } from '../support/upstream/upstream.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const PARENT = `00-${TRACE}-b7ad6b7169203331-01`

async function start(
  t: Test,
  respond?: Parameters<typeof startUpstream>[0],
  environment = {},
  prepare?: (app: FastifyInstance) => void
) {
  const upstream = await startUpstream(respond)
  t.teardown(() => upstream.close())
  const log = { lines: [] as string[] }
  const app = await startApp(t, { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key', ...environment }, log, prepare)
  const requests = () => log.lines.map((line) => JSON.parse(line)).filter(({ route }) => route)
  return { app, upstream, log, requests }
}

t.test('every request is one log line with its route, outcome and timings', async (t) => {
  const { app, requests } = await start(t)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const ask = async (path: string, options?: RequestInit) => (await fetch(url + path, options)).arrayBuffer()
  await ask('/api/molecules?limit=7&name=private', { headers: { 'x-request-id': 'mine' } })
  await ask('/api/molecules/not-an-id?secret=1')
  await ask('/private')
  await ask('/%zz')
  await ask('/private', { method: 'PROPFIND' })
  await ask('/health/live')
  await ask('/metrics')
  const lines = requests()
  t.match(lines, [
    {
      level: 30,
      request_id: 'mine',
      method: 'GET',
      route: '/api/molecules',
      status: 200,
      query: { limit: 7, offset: 0 }
    },
    { level: 30, method: 'GET', route: '/api/molecules/:id', status: 400 },
    { level: 30, method: 'GET', route: 'none', status: 404 },
    { level: 30, method: 'GET', route: 'none', status: 400 },
    { level: 30, method: 'PROPFIND', route: 'none', status: 404 }
  ])
  t.equal(lines.length, 5)
  const [{ duration_ms, upstream_ms, wait_ms, client_left }] = lines
  t.ok(upstream_ms > 0 && wait_ms >= 0 && duration_ms >= upstream_ms + wait_ms)
  t.equal(client_left, undefined)
  t.notMatch(JSON.stringify(lines), /private|secret|not-an-id/, 'nothing of what was looked for')
})

t.test('a failed request is one log line with its error', async (t) => {
  const fail: RequestListener = (_request, response) => response.writeHead(500).end('{"message":"why"}')
  const { app, log, requests } = await start(t, fail, {}, (app) => {
    app.get('/bug', async () => {
      throw new TypeError('a bug', { cause: 'no error' })
    })
    app.get('/unsaid', async (_request, reply) => reply.code(500).send({}))
  })
  const { body } = await app.inject('/api/molecules')
  await app.inject('/bug')
  await app.inject('/unsaid')
  t.match(requests(), [
    { level: 50, status: 502, err: { type: 'SupabaseError', code: 'UPSTREAM_ERROR' }, upstream: { message: 'why' } },
    { level: 50, status: 500, err: { type: 'TypeError', message: 'a bug', stack: / at / } },
    { level: 50, status: 500 }
  ])
  t.equal(log.lines.filter((line) => line.includes('"level":50')).length, 3)
  t.notMatch(body, /why|\bat\b/)
})

t.test("the log line tells the wait for a connection from Supabase's time", async (t) => {
  const settings = { DB_POOL_MIN_SIZE: '1', DB_POOL_MAX_SIZE: '1', COALESCE_READS: 'false' }
  const { app, requests } = await start(
    t,
    (_request, response) => setTimeout(() => sendRows(response, []), 50),
    settings
  )
  while (app.pool.stats().pool_size === 0) await new Promise((resolve) => setImmediate(resolve))
  await Promise.all([app.inject('/api/molecules'), app.inject('/api/molecules')])
  const [first, second] = requests().sort((a, b) => a.wait_ms - b.wait_ms)
  t.ok(first.upstream_ms > 40 && second.upstream_ms > 40)
  t.ok(second.wait_ms > 40 && second.wait_ms > first.wait_ms)
})

t.test('a client disconnect is logged, before and during the response', async (t) => {
  const arrived = Promise.withResolvers<void>()
  const respond = () => arrived.resolve()
  const { app, requests } = await start(t, respond, {}, (app) => {
    app.get('/endless', (_request, reply) => {
      reply.raw.writeHead(200).write('begun')
      reply.hijack()
    })
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const before = connect(port, '127.0.0.1')
  before.write('GET /api/molecules HTTP/1.1\r\nhost: x\r\n\r\n')
  await arrived.promise
  before.destroy()
  const amidst = connect(port, '127.0.0.1')
  amidst.write('GET /endless HTTP/1.1\r\nhost: x\r\n\r\n')
  await once(amidst, 'data')
  amidst.destroy()
  while (requests().length < 2) await new Promise((resolve) => setImmediate(resolve))
  const told = requests().sort((a, b) => b.status - a.status)
  t.match(told, [
    { level: 30, route: '/api/molecules', status: 499, client_left: true },
    { level: 30, route: '/endless', status: 200, client_left: true }
  ])
})

t.test('a well-formed request id and trace context are sent to Supabase, and no others', async (t) => {
  const { app, upstream, requests } = await start(t)
  const good = { 'x-request-id': 'mine', traceparent: PARENT, tracestate: 'vendor=1' }
  t.equal((await app.inject({ url: '/api/molecules', headers: good })).headers['x-request-id'], 'mine')
  t.match(upstream.requests[0]?.headers, good, 'also without traces of its own')
  t.match(requests()[0], { request_id: 'mine', trace_id: TRACE })

  const bad = { 'x-request-id': 'a b', traceparent: `${PARENT}-x`, tracestate: 'vendor=1' }
  const { headers } = await app.inject({ url: '/api/molecules', headers: bad })
  const sent = upstream.requests[1]?.headers
  t.match(headers['x-request-id'], /^[0-9a-f-]{36}$/)
  t.match(sent, { 'x-request-id': headers['x-request-id'] })
  t.notOk(sent?.traceparent || sent?.tracestate)
  t.equal(requests()[1].trace_id, undefined)

  await app.inject('/supabase/tables')
  t.ok(upstream.requests[2]?.headers['x-request-id'])
  await app.supabase.select('molecules')
  t.notOk(upstream.requests[3]?.headers['x-request-id'], 'a request that is made for none has none')
})
