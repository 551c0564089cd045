import { PassThrough } from 'node:stream'
import t from 'tap'
import { interceptors, request, fetch as undiciFetch } from 'undici'
import { createSocketConnect } from '../../../src/pool/transport.ts'
import { CONTROLLER, fakePool, settled } from '../../support/pool/fake-pool.ts'
import { socketPool } from '../../support/pool/socket-pool.ts'
import { sendRows, startUpstream } from '../../support/upstream/upstream.ts'

t.test("sequential requests of both roles go over one socket with the connection's headers", async (t) => {
  const upstream = await startUpstream()
  const pool = socketPool(upstream.url)
  t.teardown(() => Promise.all([pool.destroy(), upstream.close()]))

  for (const role of [undefined, 'anon', 'service'] as const) {
    const { statusCode, body } = await request(`${upstream.url}/rows`, { dispatcher: pool, ...(role && { role }) })
    t.equal(statusCode, 200)
    t.same(await body.json(), [])
  }
  const anon = { apikey: 'legacy.anon.key', authorization: 'Bearer legacy.anon.key', 'user-agent': 'test/1' }
  t.match(upstream.requests, [{ headers: anon }, { headers: anon }, { headers: { apikey: 'sb_secret_key' } }])
  t.equal(upstream.requests[2]?.headers.authorization, undefined, 'a new key is no bearer token')
  t.match(pool.stats(), { created: 1, reused: 2, pool_size: 1, in_use: 0 })
  t.equal(upstream.sockets.size, 1)
})

t.test("fetch and undici's interceptors work over the pool", async (t) => {
  const upstream = await startUpstream((_request, response) => response.writeHead(201).end('made'))
  const pool = socketPool(upstream.url)
  t.teardown(() => Promise.all([pool.destroy(), upstream.close()]))

  const response = await undiciFetch(`${upstream.url}/x`, { dispatcher: pool, method: 'POST', body: 'text' })
  t.equal(await response.text(), 'made')
  const composed = pool.compose(interceptors.retry(), interceptors.dump())
  t.equal((await request(`${upstream.url}/y`, { dispatcher: composed })).statusCode, 201)
  t.equal((composed as typeof pool).stats().created, 1, 'a composed pool is a pool as well')
  t.match(upstream.requests, [{ method: 'POST', body: 'text', headers: { apikey: 'legacy.anon.key' } }, {}])
})

t.test('a lease is an undici Dispatcher', async (t) => {
  const upstream = await startUpstream()
  const pool = socketPool(upstream.url)
  t.teardown(() => Promise.all([pool.destroy(), upstream.close()]))

  const rows = await pool.use(async (lease) => {
    t.equal(pool.stats().in_use, 1)
    const { body } = await lease.request({ origin: upstream.url, path: '/rows', method: 'GET' })
    return body.json()
  })
  t.same(rows, [])
  t.match(upstream.requests, [{ headers: { apikey: 'legacy.anon.key' } }])
  t.match(pool.stats(), { in_use: 0, pool_size: 1 })

  await pool.use((lease) => lease.request({ origin: upstream.url, path: '/rows', method: 'GET' }).then(() => undefined))
  t.match(pool.stats(), { in_use: 0 })
})

t.test('a request for another origin, an upgrade or an unknown role is rejected before it is sent', async (t) => {
  const upstream = await startUpstream()
  const pool = socketPool(upstream.url)
  t.teardown(() => Promise.all([pool.destroy(), upstream.close()]))

  for (const origin of ['http://127.0.0.1:9', 'https://example.com', new URL('http://localhost'), 'nonsense']) {
    const options = { origin, path: '/', method: 'GET' } as const
    await t.rejects(pool.request(options), { code: 'UND_ERR_INVALID_ARG' }, String(origin))
  }
  const options = { origin: upstream.url, path: '/', method: 'GET' } as const
  await t.rejects(pool.upgrade({ ...options, protocol: 'websocket' }), { code: 'UND_ERR_INVALID_ARG' })
  await t.rejects(pool.connect(options), { code: 'UND_ERR_INVALID_ARG' })
  await t.rejects(pool.request({ ...options, path: 'no slash' }), { code: 'UND_ERR_INVALID_ARG' })
  const send = { ...options, headers: { apikey: 'x' } }
  await t.rejects(pool.request({ ...send, role: 'admin' } as never), { code: 'UND_ERR_INVALID_ARG' }, 'unknown role')
  const pairs = [['apikey', 'mine']] as never
  await t.rejects(pool.request({ ...options, headers: pairs }), { code: 'UND_ERR_INVALID_ARG' }, 'headers as pairs')
  await pool.use((lease) => t.rejects(lease.request({ ...options, origin: 'http://127.0.0.1:9' }), /own origin/))
  t.equal(upstream.requests.length, 0)
  t.match(pool.stats(), { in_use: 0, created: 1, discarded: 0 })
})

t.test('an invalid request that has waited for its connection fails alone', async (t) => {
  const upstream = await startUpstream()
  const pool = socketPool(upstream.url, { maxSize: 1 })
  t.teardown(() => Promise.all([pool.destroy(), upstream.close()]))
  const lease = await pool.acquire()
  const options = { origin: upstream.url, path: '/', method: 'GET' } as const
  const bad = t.rejects(pool.request({ ...options, path: 'no slash' }), { code: 'UND_ERR_INVALID_ARG' })
  const good = pool.request(options)
  pool.release(lease)
  await bad
  t.equal((await good).statusCode, 200)
})

t.test('a dispatcher among the options of a request to the pool or a lease is rejected', async (t) => {
  const upstream = await startUpstream()
  const pool = socketPool(upstream.url)
  t.teardown(() => Promise.all([pool.destroy(), upstream.close()]))
  const options = { path: '/', method: 'GET', dispatcher: pool } as const
  const rejected = { code: 'UND_ERR_INVALID_ARG', message: /^opts.dispatcher is not supported/ }
  await t.rejects(pool.request(options), rejected)
  await pool.use((lease) => t.rejects(lease.request(options), rejected))
  t.equal(upstream.requests.length, 0)
})

t.test("dispatch throws for a handler with undici 6's methods, such as that of Node's own fetch", async (t) => {
  const upstream = await startUpstream()
  const pool = socketPool(upstream.url)
  t.teardown(() => Promise.all([pool.destroy(), upstream.close()]))
  const old = { onConnect() {}, onError() {} }
  t.throws(() => pool.dispatch({ path: '/', method: 'GET' }, old as never), { code: 'UND_ERR_INVALID_ARG' })
  t.throws(() => pool.dispatch({ path: '/', method: 'GET' }, undefined as never), { code: 'UND_ERR_INVALID_ARG' })
  const composed = pool.compose()
  t.throws(() => composed.dispatch({ path: '/', method: 'GET' }, old as never), { code: 'UND_ERR_INVALID_ARG' })
  t.equal(upstream.requests.length, 0)
})

t.test('dispatch rejects options that are no object as undici does', async (t) => {
  const { pool } = fakePool()
  const failures: unknown[] = []
  const handler = { onRequestStart() {}, onResponseError: (_: unknown, error: Error) => void failures.push(error) }
  for (const options of [undefined, null, 'GET /']) t.equal(pool.dispatch(options as never, handler), false)
  t.match(failures, Array(3).fill({ code: 'UND_ERR_INVALID_ARG', message: 'opts must be an object.' }))
})

t.test('a request is sent as it was dispatched, though its options change while it waits', async (t) => {
  const upstream = await startUpstream()
  const pool = socketPool(upstream.url, { maxSize: 1 })
  t.teardown(() => Promise.all([pool.destroy(), upstream.close()]))
  const lease = await pool.acquire()
  const tags = ['']
  const options = { path: '', method: 'GET' as const, headers: { authorization: '', tags }, query: { id: tags } }
  const sent = ['alice', 'bob', 'carol'].map((user) => {
    options.path = `/${user}`
    options.headers.authorization = `Bearer ${user}`
    tags[0] = user
    return pool.request({ ...options, dispatcher: undefined } as never)
  })
  const raw = { ...options, path: '/raw' }
  const dispatched = new Promise((resolve, reject) => {
    pool.dispatch(raw, { onRequestStart() {}, onResponseEnd: resolve, onResponseError: (_, error) => reject(error) })
  })
  raw.path = '/changed'
  tags[0] = 'nobody'
  pool.release(lease)
  await Promise.all([...sent.map(async (response) => (await response).body.dump()), dispatched])
  t.match(upstream.requests, [
    { url: '/alice?id=alice', headers: { authorization: 'Bearer alice', tags: 'alice' } },
    { url: '/bob?id=bob', headers: { authorization: 'Bearer bob', tags: 'bob' } },
    { url: '/carol?id=carol', headers: { authorization: 'Bearer carol', tags: 'carol' } },
    { url: '/raw?id=carol', headers: { authorization: 'Bearer carol', tags: 'carol' } }
  ])
})

t.test('a retried request is sent as it was dispatched, though its options have changed', async (t) => {
  const fake = fakePool({ minSize: 1, maxSize: 1 })
  await fake.connect()
  const options = { path: '/', method: 'GET' as const, headers: { authorization: 'Bearer alice' } }
  fake.pool.dispatch(options, { onRequestStart() {}, onResponseError() {} })
  options.headers.authorization = 'Bearer bob'
  const [first] = fake.transports
  if (first) first.open = false
  first?.handler?.onResponseError?.(CONTROLLER, Object.assign(new Error('lost'), { code: 'ECONNRESET' }))
  await settled()
  first?.close()
  await fake.connect()
  t.match(fake.transports[1]?.options?.headers, { authorization: 'Bearer alice' })
})

t.test('a signal aborted with a falsy reason rejects a request with an error', async (t) => {
  const fake = fakePool({ maxSize: 1 })
  const lease = fake.pool.acquire()
  await fake.connect()
  for (const reason of [null, 0, '']) {
    const abort = new AbortController()
    const options = { path: '/', method: 'GET' as const, signal: abort.signal }
    const waiting = [
      t.rejects(fake.pool.request(options), { code: 'UND_ERR_ABORTED' }),
      t.rejects(
        fake.pool.stream(options, () => new PassThrough()),
        { code: 'UND_ERR_ABORTED' }
      ),
      t.rejects(fake.pool.acquire({ signal: abort.signal }), { code: 'UND_ERR_ABORTED' })
    ]
    abort.abort(reason)
    await Promise.all(waiting)
    await t.rejects(fake.pool.request(options), { code: 'UND_ERR_ABORTED' }, 'when it is aborted before the request')
    await t.rejects(
      fake.pool.acquire({ signal: abort.signal }),
      { code: 'UND_ERR_ABORTED' },
      'when it is aborted before acquire'
    )
  }
  t.match(fake.pool.stats(), { waiting: 0 })
  fake.pool.release(await lease)
})

t.test('null as signal is no signal', async (t) => {
  const fake = fakePool()
  fake.pool.dispatch({ path: '/', method: 'GET', signal: null } as never, { onRequestStart() {}, onResponseError() {} })
  t.match(fake.pool.stats(), { waiting: 1 })
})

t.test('a closed pool rejects requests', async (t) => {
  const pool = socketPool('http://127.0.0.1:9')
  await pool.close()
  await t.rejects(pool.request({ origin: 'http://127.0.0.1:9', path: '/', method: 'GET' }), { code: 'POOL_CLOSED' })
})

t.test('a request fails with UPSTREAM_UNREACHABLE when the origin refuses connections', async (t) => {
  const upstream = await startUpstream()
  await upstream.close()
  const pool = socketPool(upstream.url)
  t.teardown(() => pool.destroy())
  const options = { origin: upstream.url, path: '/', method: 'GET' } as const
  await t.rejects(pool.request(options), { code: 'UPSTREAM_UNREACHABLE', cause: { code: 'ECONNREFUSED' } })
})

t.test('an aborted request makes way for the next, whether it waits or is under way', async (t) => {
  const stalled = Promise.withResolvers<void>()
  const upstream = await startUpstream((request, response) => {
    if (request.url === '/rows') sendRows(response, [])
    else stalled.resolve()
  })
  const pool = socketPool(upstream.url, { maxSize: 1 })
  t.teardown(() => Promise.all([pool.destroy(), upstream.close()]))

  const inUse = new AbortController()
  const waiting = new AbortController()
  const options = { origin: upstream.url, method: 'GET' } as const
  const first = t.rejects(pool.request({ ...options, path: '/stall', signal: inUse.signal }), { name: 'AbortError' })
  await stalled.promise
  const second = t.rejects(pool.request({ ...options, path: '/rows', signal: waiting.signal }), { name: 'AbortError' })
  const third = pool.request({ ...options, path: '/rows' })
  waiting.abort()
  await second
  inUse.abort()
  await first
  t.equal((await third).statusCode, 200)
  t.match(pool.stats(), { created: 2, discarded: 1, waiting: 0 })
})

t.test('the origin may be an IPv6 address', async (t) => {
  const pool = socketPool('http://[::1]:9')
  t.teardown(() => pool.destroy())
  await t.rejects(pool.acquire(), { cause: { code: /ECONNREFUSED|EADDRNOTAVAIL/ } })
})

t.test('reading a response larger than maxResponseSize fails, and its connection is retired', async (t) => {
  const upstream = await startUpstream((_request, response) => response.end(Buffer.alloc(1_001)))
  const options = { origin: upstream.url, connectTimeout: 2_000, keepAlive: 60_000, maxResponseSize: 1_000 }
  const pool = socketPool(upstream.url, { connect: createSocketConnect(options) })
  t.teardown(() => Promise.all([pool.destroy(), upstream.close()]))
  const { body } = await pool.request({ origin: upstream.url, path: '/', method: 'GET' })
  await t.rejects(body.text(), { code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' })
  t.match(pool.stats(), { in_use: 0, discarded: 1 })
})

t.test('a handler that throws is told of its own error, and its connection is released once', async (t) => {
  const upstream = await startUpstream()
  const pool = socketPool(upstream.url, { maxSize: 1 })
  t.teardown(() => Promise.all([pool.destroy(), upstream.close()]))
  const bug = new Error('a bug')
  const throws = () => {
    throw bug
  }
  for (const event of ['onRequestStart', 'onResponseStart', 'onResponseData', 'onResponseEnd'] as const) {
    const told = await new Promise((resolve) => {
      const onResponseError = (_controller: unknown, error: Error) => resolve(error)
      pool.dispatch({ path: '/', method: 'GET' }, { onRequestStart() {}, [event]: throws, onResponseError })
    })
    t.equal(told, bug, event)
    // The connection has been released, or another one opened.
    const lease = await pool.acquire()
    t.match(pool.stats(), { in_use: 1, pool_size: 0, active_connections: 1 }, event)
    pool.release(lease)
    t.match(pool.stats(), { in_use: 0, pool_size: 1, active_connections: 1 }, event)
  }
})

t.test('a handler is told of the body, the end of the request and the start of the response', async (t) => {
  const upstream = await startUpstream()
  const pool = socketPool(upstream.url)
  t.teardown(() => Promise.all([pool.destroy(), upstream.close()]))
  const events: string[] = []
  await new Promise<void>((resolve, reject) => {
    pool.dispatch(
      { path: '/', method: 'POST', body: 'text' },
      {
        onRequestStart: () => void events.push('start'),
        onBodySent: (chunk) => void events.push(`body ${chunk}`),
        onRequestSent: () => void events.push('sent'),
        onResponseStarted: () => void events.push('response started'),
        onResponseStart: () => void events.push('headers'),
        onResponseEnd: () => resolve(),
        onResponseError: (_controller, error) => reject(error)
      }
    )
  })
  t.strictSame(events, ['start', 'body text', 'sent', 'response started', 'headers'])
})
