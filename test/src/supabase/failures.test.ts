import t, { type Test } from 'tap'
import type { DispatchController, DispatchHandler } from '../../../src/pool/dispatch.ts'
import { SupabaseClient } from '../../../src/supabase/client.ts'
import { DataApi } from '../../../src/supabase/data-api.ts'
import { socketPool } from '../../support/pool/socket-pool.ts'
import { startUpstream } from '../../support/upstream/upstream.ts'

async function start(t: Test, respond: Parameters<typeof startUpstream>[0]) {
  const upstream = await startUpstream(respond)
  const pool = socketPool(upstream.url)
  t.teardown(() => Promise.all([pool.destroy(), upstream.close()]))
  return { pool, client: new SupabaseClient(new DataApi({ url: upstream.url, dispatcher: pool, timeout: 5_000 })) }
}

const invalidKey = { message: 'Invalid API key' }
const invalidJwt = { code: 'PGRST301', message: 'JWSError JWSInvalidSignature' }
const denied = { code: '42501', message: 'permission denied for table rows' }

const refusals: [status: number, body: unknown, token: string | undefined, error: object][] = [
  [401, invalidKey, undefined, { code: 'UPSTREAM_REFUSED_KEYS', statusCode: 502 }],
  [401, invalidKey, 'user.jwt', { code: 'UPSTREAM_REFUSED_KEYS', statusCode: 502 }],
  [401, invalidJwt, undefined, { code: 'UPSTREAM_REFUSED_KEYS', statusCode: 502 }],
  [401, invalidJwt, 'user.jwt', { code: 'INVALID_TOKEN', statusCode: 401 }],
  [401, { code: 'PGRST302', message: 'Anonymous access is disabled' }, 'user.jwt', { code: 'INVALID_TOKEN' }],
  [401, { code: 'PGRST303', message: 'JWT expired' }, 'user.jwt', { code: 'INVALID_TOKEN', statusCode: 401 }],
  [
    500,
    { code: 'PGRST300', message: 'Server lacks JWT secret' },
    'user.jwt',
    { code: 'UPSTREAM_ERROR', statusCode: 502 }
  ],
  [401, denied, 'user.jwt', { code: 'FORBIDDEN', statusCode: 403 }],
  [403, {}, 'user.jwt', { code: 'FORBIDDEN', statusCode: 403 }],
  [400, { code: '22023', message: 'role "x" does not exist' }, 'user.jwt', { code: 'INVALID_TOKEN', statusCode: 401 }],
  [400, { code: '22023', message: 'no' }, undefined, { code: 'UPSTREAM_REJECTED', upstream: { message: 'no' } }],
  [403, denied, 'user.jwt', { code: 'FORBIDDEN', statusCode: 403 }],
  [401, denied, undefined, { code: 'UPSTREAM_REJECTED', statusCode: 502 }],
  [404, { code: 'PGRST205', message: 'no table' }, undefined, { code: 'UPSTREAM_SCHEMA_MISSING', statusCode: 502 }],
  [404, { code: '42P01', message: 'no relation' }, 'user.jwt', { code: 'UPSTREAM_SCHEMA_MISSING', statusCode: 502 }],
  [400, { code: '42703', message: 'no column' }, undefined, { code: 'UPSTREAM_SCHEMA_MISSING', statusCode: 502 }],
  [404, { code: 'PGRST125', message: 'bad path' }, undefined, { code: 'UPSTREAM_NOT_SUPABASE', statusCode: 502 }],
  [404, '<html>', undefined, { code: 'UPSTREAM_NOT_SUPABASE', statusCode: 502 }],
  [300, { code: 'PGRST201', message: 'ambiguous' }, undefined, { code: 'UPSTREAM_REJECTED', statusCode: 502 }],
  [301, '', undefined, { code: 'UPSTREAM_NOT_SUPABASE', statusCode: 502 }],
  [399, '', undefined, { code: 'UPSTREAM_NOT_SUPABASE', statusCode: 502 }],
  [429, 'slow down', undefined, { code: 'UPSTREAM_UNAVAILABLE', statusCode: 503, retryAfter: 7 }],
  [503, '<html>', undefined, { code: 'UPSTREAM_UNAVAILABLE', statusCode: 503, retryAfter: 7 }],
  [504, '', undefined, { code: 'UPSTREAM_TIMEOUT', statusCode: 504 }],
  [408, '', undefined, { code: 'UPSTREAM_TIMEOUT', statusCode: 504 }],
  [500, { code: '57014', message: 'canceling statement' }, undefined, { code: 'UPSTREAM_TIMEOUT', statusCode: 504 }],
  [500, { code: 5, message: null }, undefined, { code: 'UPSTREAM_ERROR', statusCode: 502 }],
  [522, 'null', undefined, { code: 'UPSTREAM_ERROR', statusCode: 502 }]
]

for (const [status, body, token, error] of refusals) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  t.test(`HTTP ${status} ${text}${token ? ' to a user' : ''}`, async (t) => {
    const { client } = await start(t, (_request, response) =>
      response.writeHead(status, { 'retry-after': '7' }).end(text)
    )
    await t.rejects(client.page('rows', token ? { token } : {}), {
      name: 'SupabaseError',
      message: /^\w.* .*\w$/,
      upstream: { status },
      ...error
    })
  })
}

t.test('the tables may be refused too', async (t) => {
  const { client } = await start(t, (_request, response) => response.writeHead(403).end())
  await t.rejects(client.tables(), { code: 'UPSTREAM_REFUSED_KEYS' })
})

t.test('a connection that closes before or during the response is UPSTREAM_CONNECTION_LOST', async (t) => {
  const half = await start(t, (_request, response) => {
    response.writeHead(200, { 'content-length': '9' })
    response.write('[', () => response.destroy())
  })
  await t.rejects(half.client.page('rows'), { code: 'UPSTREAM_CONNECTION_LOST', statusCode: 502 })
  const none = await start(t, (request) => request.socket.destroy())
  await t.rejects(none.client.page('rows'), { code: 'UPSTREAM_CONNECTION_LOST', statusCode: 502 })
})

t.test('malformed HTTP and a response that is too large are invalid responses', async (t) => {
  const garbage = await start(t, (request) => request.socket.end('SSH-2.0-OpenSSH_9.9\r\n'))
  await t.rejects(garbage.client.page('rows'), { code: 'UPSTREAM_INVALID_ANSWER', statusCode: 502 })
  const large = await start(t, (_request, response) => response.end(Buffer.alloc(1_000_001)))
  await t.rejects(large.client.page('rows'), { code: 'UPSTREAM_INVALID_ANSWER', statusCode: 502 })
})

t.test('a response that stalls before or after its start times out', async (t) => {
  const { client, pool } = await start(t, (request, response) => {
    if (request.url?.includes('half')) response.writeHead(200).write('[')
  })
  for (const table of ['none', 'half']) {
    await t.rejects(client.page(table, { timeout: 50 }), { code: 'UPSTREAM_TIMEOUT', statusCode: 504 })
  }
  await new Promise((resolve) => setImmediate(resolve))
  t.match(pool.stats(), { in_use: 0, discarded: 2 })
})

t.test('a request that is sent again keeps its deadline, also while it waits for its next connection', async (t) => {
  const handlers: DispatchHandler[] = []
  const aborted: Error[] = []
  const dispatcher = { dispatch: (_options: unknown, handler: DispatchHandler) => handlers.push(handler) > 0 }
  const controller = { abort: (reason: Error) => aborted.push(reason) } as unknown as DispatchController
  const client = new SupabaseClient(new DataApi({ url: 'http://localhost', dispatcher, timeout: 30 }))
  const page = t.rejects(client.page('rows'), { code: 'UPSTREAM_TIMEOUT' })
  handlers[0]?.onRequestStart?.(controller, {})
  await page
  t.equal(aborted.length, 1)
  handlers[0]?.onRequestStart?.(controller, {})
  t.match(aborted, [{ code: 'UPSTREAM_TIMEOUT' }, { code: 'UPSTREAM_TIMEOUT' }], 'it is not sent any more')

  const again = t.rejects(client.page('rows'), { code: 'UPSTREAM_TIMEOUT' })
  const timer = setInterval(() => handlers[1]?.onRequestStart?.(controller, {}), 5)
  handlers[1]?.onRequestStart?.(controller, {})
  await again
  clearInterval(timer)
  t.pass('starting again does not put it off')
})

t.test('an abort rejects with its reason, before and after the request is sent', async (t) => {
  const arrived = Promise.withResolvers<void>()
  const { client, pool } = await start(t, (request, response) => {
    if (request.url?.includes('first')) response.end()
    else arrived.resolve()
  })
  const reason = new Error('the client left')
  await t.rejects(client.page('rows', { signal: AbortSignal.abort(reason) }), reason)
  await client.request('GET', 'first')
  await t.rejects(client.page('rows', { signal: AbortSignal.abort(reason) }), reason, 'with an idle connection too')
  t.match(pool.stats(), { discarded: 0, pool_size: 1 }, 'which is not wasted on it')
  const abort = new AbortController()
  const refused = t.rejects(client.page('rows', { signal: abort.signal }), reason)
  await arrived.promise
  abort.abort(reason)
  await refused
  t.match(pool.stats(), { in_use: 0, waiting: 0 })
})

t.test('a request that the closing pool aborts rejects with POOL_CLOSED', async (t) => {
  const arrived = Promise.withResolvers<void>()
  const { client, pool } = await start(t, () => arrived.resolve())
  const refused = t.rejects(client.page('rows'), { code: 'POOL_CLOSED', statusCode: 503 })
  await arrived.promise
  await pool.destroy()
  await refused
  await t.rejects(client.page('rows'), { code: 'POOL_CLOSED' })
})

t.test('Retry-After is passed on when it is a sensible number of seconds', async (t) => {
  const cases = [
    ['1', 1],
    ['99999', 86_400],
    ['0', undefined],
    ['-5', undefined],
    ['5.5', undefined],
    ['7x', undefined],
    ['x7', undefined],
    ['123456', undefined],
    ['Wed, 21 Oct 2026 07:28:00 GMT', undefined]
  ] as const
  for (const [header, retryAfter] of cases) {
    const { client } = await start(t, (_request, response) => response.writeHead(503, { 'retry-after': header }).end())
    const error = await client.page('rows').catch((error) => error)
    t.equal(error.retryAfter, retryAfter, header)
  }
})

t.test('a response of more than 16 MiB is invalid, and its connection is given up', async (t) => {
  const { client, pool } = await start(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(Buffer.alloc(16 * 1024 * 1024 + 1, ' '))
  })
  await t.rejects(client.select('rows'), {
    code: 'UPSTREAM_INVALID_ANSWER',
    cause: { message: 'The body has more than 16777216 bytes' }
  })
  t.match(pool.stats(), { in_use: 0, discarded: 1 })
})
