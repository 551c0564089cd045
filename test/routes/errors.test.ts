// Every row of the list of errors, as a client meets it.
import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { startApp } from '../support/service/app.ts'
import { sendRows, startUpstream } from '../support/upstream/upstream.ts'

const KEY = 'the-anon-key'

async function start(t: Test, respond?: Parameters<typeof startUpstream>[0], environment = {}) {
  const upstream = await startUpstream(respond)
  t.teardown(() => upstream.close())
  const log = { lines: [] as string[] }
  const app = await startApp(t, { SUPABASE_URL: upstream.url, SUPABASE_KEY: KEY, ...environment }, log)
  return { upstream, app, log }
}

t.test('unknown paths, other methods and malformed URLs get errors in the common shape', async (t) => {
  const { app, log } = await start(t)
  const requests: [
    method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PROPFIND',
    url: string,
    status: number,
    code: string
  ][] = [
    ['GET', '/nothing', 404, 'NOT_FOUND'],
    ['POST', '/nothing', 404, 'NOT_FOUND'],
    ['GET', '/api/molecules/', 404, 'NOT_FOUND'],
    ['POST', '/api/molecules/', 404, 'NOT_FOUND'],
    ['POST', '/', 405, 'METHOD_NOT_ALLOWED'],
    ['DELETE', '/api/molecules', 405, 'METHOD_NOT_ALLOWED'],
    ['PUT', '/api/molecules/abc', 405, 'METHOD_NOT_ALLOWED'],
    ['POST', '/pool/stats', 405, 'METHOD_NOT_ALLOWED'],
    ['PROPFIND', '/api/molecules', 405, 'METHOD_NOT_ALLOWED'],
    ['PROPFIND', '/nothing', 404, 'NOT_FOUND'],
    ['GET', '/%zz', 400, 'BAD_REQUEST'],
    ['GET', `/api/molecules/${'a'.repeat(200)}`, 414, 'URI_TOO_LONG']
  ]
  for (const [method, url, status, code] of requests) {
    const response = await app.inject({
      method: method as 'GET',
      url,
      ...(method === 'POST' && { payload: '{', headers: { 'content-type': 'x' } })
    })
    t.equal(response.statusCode, status, `${method} ${url}`)
    t.strictSame(Object.keys(response.json()), ['status', 'message', 'code', 'request_id'])
    t.match(response.json(), { status: 'error', code, request_id: response.headers['x-request-id'] })
    t.equal(response.headers.allow, status === 405 ? 'GET, HEAD' : undefined)
    t.notMatch(response.json().message, `'${url}'`, 'in words of our own')
    const lines = log.lines
      .map((line) => JSON.parse(line))
      .filter(({ request_id }) => request_id === response.json().request_id)
    t.ok(
      lines.some((line) => line.status === status),
      'the log tells how it ended'
    )
  }
})

t.test('malformed HTTP requests get errors in the common shape', async (t) => {
  const { app, log } = await start(t)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const close = 'connection: close'
  const requests: [lines: string[], status: string, message: RegExp][] = [
    [['NONSENSE'], '400 Bad Request', /^Malformed HTTP request$/],
    [['GET / HTTP/1.1', `x: ${'y'.repeat(20_000)}`], '431 Request Header Fields Too Large', /headers .* too large/],
    [['GET / HTTP/1.1', close], '400 Bad Request', /Host/],
    [['GET / HTTP/1.1', 'host: x', 'expect: banana', close], '417 Expectation Failed', /100-continue/],
    [['CONNECT x:443 HTTP/1.1', 'host: x:443'], '405 Method Not Allowed', /CONNECT/]
  ]
  for (const [lines, status, message] of requests) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.write(`${lines.join('\r\n')}\r\n\r\n`)
    await once(socket, 'close')
    const [head = '', body = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n')
    t.equal(head.split('\r\n')[0], `HTTP/1.1 ${status}`)
    const error = JSON.parse(body)
    t.match(error, { status: 'error', message, request_id: /./ })
    t.match(head, `x-request-id: ${error.request_id}`)
    t.ok(log.lines.some((line) => line.includes(error.request_id)))
  }
  const old = connect(port, '127.0.0.1')
  old.write('GET /health/live HTTP/1.0\r\n\r\n')
  const [data] = await once(old, 'data')
  t.match(String(data), /^HTTP\/1\.1 200 /, 'HTTP/1.0 knows no Host')
  old.destroy()
  const reset = connect(port, '127.0.0.1')
  await once(reset, 'connect')
  reset.write('GET / HT')
  reset.resetAndDestroy()
  await once(reset, 'close')
  t.equal((await app.inject('/health/live')).statusCode, 200)
})

t.test('keys that Supabase refuses are a 502 and an error in the log, without a key in either', async (t) => {
  const { app, log } = await start(t, (_request, response) => {
    response.writeHead(401).end(JSON.stringify({ message: `Invalid API key ${KEY.slice(0, 3)}` }))
  })
  const response = await app.inject('/api/molecules')
  t.equal(response.statusCode, 502)
  t.match(response.json(), { code: 'UPSTREAM_REFUSED_KEYS', message: "Supabase rejected the service's API keys" })
  const errors = log.lines.map((line) => JSON.parse(line)).filter(({ level }) => level >= 50)
  t.match(errors, [{ upstream: { status: 401, message: /Invalid API key/ }, request_id: response.json().request_id }])
  t.notMatch(response.body + log.lines.join(), KEY)
})

t.test('a failing Supabase is a 502, 503 or 504 without its message', async (t) => {
  const secret = 'internals at 10.0.0.7'
  const failures: [status: number, expected: number, code: string, retryAfter?: string][] = [
    [500, 502, 'UPSTREAM_ERROR'],
    [521, 502, 'UPSTREAM_ERROR'],
    [400, 502, 'UPSTREAM_REJECTED'],
    [301, 502, 'UPSTREAM_NOT_SUPABASE'],
    [200, 502, 'UPSTREAM_INVALID_ANSWER'],
    [429, 503, 'UPSTREAM_UNAVAILABLE', '5'],
    [503, 503, 'UPSTREAM_UNAVAILABLE', '5'],
    [504, 504, 'UPSTREAM_TIMEOUT']
  ]
  for (const [status, expected, code, retryAfter] of failures) {
    const { app } = await start(t, (_request, response) => {
      response.writeHead(status, { 'retry-after': '5', location: '/x' }).end(`<h1>${secret}</h1>`)
    })
    const response = await app.inject('/api/molecules')
    t.equal(response.statusCode, expected, String(status))
    t.match(response.json(), { status: 'error', code })
    t.equal(response.headers['retry-after'], retryAfter)
    t.notMatch(response.body, secret)
  }
})

t.test('a truncated or invalid response of Supabase is a 502', async (t) => {
  const reset = await start(t, (request) => request.socket.resetAndDestroy())
  const lost = await reset.app.inject('/api/molecules')
  t.equal(lost.statusCode, 502)
  t.match(lost.json(), { code: 'UPSTREAM_CONNECTION_LOST' })
  const garbage = await start(t, (request) => request.socket.end('220 smtp.example ESMTP\r\n'))
  const response = await garbage.app.inject('/api/molecules')
  t.equal(response.statusCode, 502)
  t.match(response.json(), { code: 'UPSTREAM_INVALID_ANSWER' })
})

t.test('a slow Supabase is a 504', async (t) => {
  const { app } = await start(t, () => {}, { SUPABASE_REQUEST_TIMEOUT: '0.02' })
  const response = await app.inject('/api/molecules')
  t.equal(response.statusCode, 504)
  t.match(response.json(), { code: 'UPSTREAM_TIMEOUT', message: 'Supabase did not respond in time' })
})

t.test('an acquire timeout and a full wait queue are a 503', async (t) => {
  const arrived = Promise.withResolvers<void>()
  const environment = {
    DB_POOL_MIN_SIZE: '0',
    DB_POOL_MAX_SIZE: '1',
    DB_POOL_MAX_WAITING: '1',
    DB_POOL_ACQUIRE_TIMEOUT: '0.05',
    COALESCE_READS: 'false'
  }
  const { app } = await start(t, () => arrived.resolve(), environment)
  const stalled = app.inject('/api/molecules')
  await arrived.promise
  const responses = await Promise.all([app.inject('/api/molecules'), app.inject('/api/molecules')])
  t.match(
    responses.map((response) => [response.statusCode, response.headers['retry-after'], response.json().code]),
    [
      [503, '1', 'POOL_TIMEOUT'],
      [503, '1', 'POOL_QUEUE_FULL']
    ]
  )
  await app.pool.destroy()
  t.match((await stalled).json(), { code: 'POOL_CLOSED' })
})

t.test('while the service closes, requests in progress and those that still arrive are answered', async (t) => {
  const arrived = Promise.withResolvers<void>()
  const held = Promise.withResolvers<void>()
  const { app } = await start(t, async (_request, response) => {
    arrived.resolve()
    await held.promise
    sendRows(response, [])
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const underWay = fetch(`http://127.0.0.1:${port}/api/molecules`)
  await arrived.promise
  const accepted = once(app.server, 'connection')
  const late = connect(port, '127.0.0.1')
  late.write('GET /health/live HTTP/1.1\r\n')
  const [socket] = (await accepted) as [Socket]
  while (socket.bytesRead === 0) await new Promise((resolve) => setImmediate(resolve))
  const closed = app.close()
  await new Promise((resolve) => setImmediate(resolve))
  late.write('host: x\r\n\r\n')
  const [data] = await once(late, 'data')
  t.match(String(data), /^HTTP\/1.1 200 /)
  held.resolve()
  const { status, headers } = await underWay
  t.equal(status, 200)
  t.equal(headers.get('connection'), 'close')
  await closed
  t.match(app.pool.stats(), { active_connections: 0 })
})

t.test('a client disconnect aborts the request to Supabase and is not logged as an error', async (t) => {
  const arrived = Promise.withResolvers<Socket>()
  const { app, log } = await start(t, (request) => arrived.resolve(request.socket))
  await app.listen({ host: '127.0.0.1', port: 0 })
  const client = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  client.write('GET /api/molecules HTTP/1.1\r\nhost: x\r\n\r\n')
  const upstream = await arrived.promise
  client.destroy()
  await once(upstream, 'close')
  while (!log.lines.some((line) => line.includes('"client_left":true')))
    await new Promise((resolve) => setImmediate(resolve))
  t.match(app.pool.stats(), { in_use: 0 })
  t.notOk(log.lines.some((line) => JSON.parse(line).level >= 40))
})
