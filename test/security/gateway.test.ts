// Whatever a hostile client sends through the gateway, Supabase gets one well-formed request for one table or function, with
// the publishable key and nothing of the client's that is not meant for it.
import { once } from 'node:events'
import { connect } from 'node:net'
import fc from 'fast-check'
import t from 'tap'
import { reportFigure, scale } from '../support/load/deep-tests.ts'
import { startApp } from '../support/service/app.ts'
import { startUpstream } from '../support/upstream/upstream.ts'

const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31)
const REQUESTS = scale(1_000, 20_000)
const KEY = 'the-key'
const SERVICE_KEY = 'the-service-key'
/** The client's side of them must not arrive. */
const PRIVATE =
  /^(?:cookie|origin|referer|forwarded|via|x-forwarded-.*|x-real-ip|te|trailer|upgrade|expect|proxy-.*|keep-alive|sec-.*)$/

const upstream = await startUpstream()
t.teardown(() => upstream.close())
const settings = { SUPABASE_URL: upstream.url, SUPABASE_KEY: KEY, SUPABASE_SERVICE_KEY: SERVICE_KEY, GATEWAY: 'all' }
const app = await startApp(t, settings)
const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))

/** Sends bytes, and resolves with all that comes back until the connection is closed. */
async function send(bytes: string): Promise<string> {
  const socket = connect(Number(port), '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk)).on('error', () => {})
  socket.write(Buffer.from(bytes, 'latin1'))
  await once(socket, 'close')
  return Buffer.concat(chunks).toString('latin1')
}

/** What is wrong with what arrived. */
function findFaults({ method, url, headers }: (typeof upstream.requests)[number], tokens: readonly string[]): string[] {
  const faults: string[] = []
  if (!/^\/rest\/v1\/(?:rpc\/)?[\w.~!'()*%-]+(?:\?[^#]*)?$/s.test(url)) faults.push(`target ${url}`)
  if (/^[^?]*(?:%2f|%5c|%00|%25|\/\.{1,2}(?:\/|\?|$))/i.test(url)) faults.push(`path ${url}`)
  if (headers.apikey !== KEY) faults.push(`apikey ${headers.apikey}`)
  const token = headers.authorization?.replace('Bearer ', '') ?? ''
  if (token !== KEY && !tokens.includes(token)) faults.push(`authorization ${headers.authorization}`)
  if (`http://${headers.host}` !== upstream.url) faults.push(`host ${headers.host}`)
  if (!/^cryoprotect-api\//.test(headers['user-agent'] ?? '')) faults.push(`user-agent ${headers['user-agent']}`)
  for (const name of Object.keys(headers)) if (PRIVATE.test(name)) faults.push(`${method} ${name}`)
  if (JSON.stringify([url, headers]).includes(SERVICE_KEY)) faults.push('the service key')
  return faults
}

const last = `GET /rest/v1/last HTTP/1.1\r\nhost: x\r\napikey: ${KEY}\r\nconnection: close\r\n\r\n`
const smuggled = `GET /rest/v1/smuggled HTTP/1.1\r\nhost: x\r\napikey: ${KEY}\r\n\r\n`
const head = (line: string, ...headers: string[]) =>
  [`${line} HTTP/1.1`, 'host: x', `apikey: ${KEY}`, ...headers, '', ''].join('\r\n')

t.test('a body smuggles no request through the gateway', async (t) => {
  const attacks = {
    'a length and chunks': `${head('POST /rest/v1/a', 'content-length: 5', 'transfer-encoding: chunked')}0\r\n\r\n${smuggled}`,
    'two lengths': head('POST /rest/v1/a', 'content-length: 0', `content-length: ${smuggled.length}`) + smuggled,
    'a signed length': head('POST /rest/v1/a', `content-length: +${smuggled.length}`) + smuggled,
    'an unknown coding': head('POST /rest/v1/a', 'transfer-encoding: xchunked') + smuggled,
    'two codings': `${head('POST /rest/v1/a', 'transfer-encoding: chunked, identity')}0\r\n\r\n${smuggled}`,
    'a coding behind a tab': `${head('POST /rest/v1/a', 'transfer-encoding:\x0bchunked')}0\r\n\r\n${smuggled}`,
    'a space before the colon': `${head('POST /rest/v1/a', 'transfer-encoding : chunked')}0\r\n\r\n${smuggled}`,
    'a folded header': head('POST /rest/v1/a', 'x: a', ` content-length: ${smuggled.length}`) + smuggled,
    'a line feed in a header': head('GET /rest/v1/a', `prefer: a\n\n${smuggled}`),
    'a carriage return in a header': head('GET /rest/v1/a', `prefer: a\r\r${smuggled}`),
    'a NUL in a header': head('GET /rest/v1/a', 'prefer: a\0b'),
    'a body that is a request': head('POST /rest/v1/a', `content-length: ${smuggled.length}`) + smuggled + last,
    'chunks that are a request': `${head('POST /rest/v1/a', 'transfer-encoding: chunked')}${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n${last}`,
    'a trailer': `${head('POST /rest/v1/a', 'transfer-encoding: chunked', 'trailer: apikey')}1\r\na\r\n0\r\napikey: ${SERVICE_KEY}\r\n\r\n${last}`,
    'a length for a read': head('GET /rest/v1/a', `content-length: ${smuggled.length}`) + smuggled + last,
    'a length that Connection names': `${head('POST /rest/v1/a', 'connection: content-length, apikey', 'content-length: 2')}{}${last}`
  }
  for (const [name, bytes] of Object.entries(attacks)) {
    upstream.requests.length = 0
    const received = await send(bytes)
    t.match(received, /^HTTP\/1\.1 (?:400|200) /, name)
    t.notOk(
      upstream.requests.some(({ url }) => url.includes('smuggled')),
      `${name}: as a request`
    )
    t.strictSame(
      upstream.requests.flatMap((request) => findFaults(request, [])),
      [],
      name
    )
  }
})

const TOKENS = ['a.b.c', '~!@#$%^&*()', 'sb_publishable_x']
const text = fc.oneof(
  fc.constantFrom(KEY, 'sb_secret_x', '', 'a, b', 'x'.repeat(200), 'keep-alive', '\xe9', '__proto__'),
  fc.string({ unit: 'binary-ascii', maxLength: 12 }).map((value) => value.replace(/[^\t\x20-\x7e]/g, ''))
)
const name = fc.constantFrom(
  ...[
    'apikey',
    'authorization',
    'prefer',
    'range',
    'accept',
    'accept-profile',
    'content-profile',
    'content-type',
    'cookie'
  ],
  ...['user-agent', 'origin', 'referer', 'forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'te'],
  ...[
    'trailer',
    'upgrade',
    'expect',
    'proxy-authorization',
    'keep-alive',
    'sec-fetch-site',
    'x-request-id',
    '__proto__'
  ],
  ...['x-original-url', 'x-http-method-override', 'x-client-info', 'traceparent', 'constructor', 'x-hop']
)
const header = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(name, text) },
  fc.constant<[string, string]>(['apikey', SERVICE_KEY]),
  fc.constantFrom<[string, string]>(['connection', 'x-hop, prefer'], ['connection', 'apikey, authorization']),
  fc.constantFrom(
    ...[...TOKENS, SERVICE_KEY, KEY].map((token): [string, string] => ['authorization', `Bearer ${token}`])
  )
)
const segment = fc.oneof(
  fc.constantFrom(
    'molecules',
    'rpc',
    'rpc/f',
    '',
    '.',
    '..',
    '%2e%2e',
    '%2E.',
    '%2f',
    '%5c',
    '%00',
    '%252e',
    '//',
    ';',
    'a;b',
    '\\'
  ),
  fc.string({ unit: 'binary', maxLength: 6 }).map((value) => encodeURIComponent(value.toWellFormed()))
)
const path = fc.oneof(
  fc.constantFrom('molecules', 'rpc/f', '%6d', 'a%20b'),
  fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'))
)
const query = fc.oneof(
  fc.constant(''),
  fc.constantFrom(
    '?select=*',
    '?apikey=x',
    '?%',
    '?a=%zz',
    '?a=%0d%0ax:%20y',
    '?a#b',
    '?a=\xe9',
    '?a b',
    '??',
    '?;apikey=x'
  ),
  fc.string({ unit: fc.constantFrom(...'%&=;,()"\'+*?/\\|{}[]<>`^~'), maxLength: 8 }).map((value) => `?${value}`)
)
const requests = fc.sample(
  fc.record({
    method: fc.constantFrom('GET', 'GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'),
    target: fc
      .tuple(fc.constantFrom(...Array(9).fill('/rest/v1/'), '/rest/v1//', '/rest/./v1/', '/REST/v1/'), path, query)
      .map((parts) => parts.join('')),
    headers: fc.array(header, { maxLength: 4 }),
    hasKey: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.constant(false))
  }),
  { numRuns: REQUESTS, seed: SEED }
)

t.test('of random hostile requests Supabase gets what is well-formed and nothing else', async (t) => {
  const wrong: unknown[] = []
  const statuses = new Map<string, number>()
  let relayed = 0
  for (const { method, target, headers, hasKey } of requests) {
    upstream.requests.length = 0
    const lines = [...(hasKey ? [`apikey: ${KEY}`] : []), ...headers.map((pair) => pair.join(': '))]
    // A body where there can be one; the connection is closed after the response.
    const end = /^(?:POST|PUT|PATCH|DELETE)$/.test(method)
      ? 'content-length: 2\r\nconnection: close\r\n\r\n{}'
      : 'connection: close\r\n\r\n'
    const received = await send(
      `${method} ${target} HTTP/1.1\r\nhost: x\r\n${lines.map((line) => `${line}\r\n`).join('')}${end}`
    )
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(received)?.[1] ?? 'none'
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    relayed += upstream.requests.length
    const faults = upstream.requests.flatMap((request) => findFaults(request, TOKENS))
    if (upstream.requests.length > 1) faults.push(`${upstream.requests.length} requests`)
    if (upstream.requests.length && !hasKey && !headers.some(([name, value]) => name === 'apikey' && value === KEY)) {
      faults.push('without the key')
    }
    if (status === 'none' || Number(status) >= 500) faults.push(`status ${status}`)
    const names = headers.flatMap(([name, value]) => (name === 'connection' ? value.split(', ') : []))
    const hops = upstream.requests.flatMap((request) =>
      names.filter((name) => name === 'x-hop' && name in request.headers)
    )
    faults.push(...hops)
    if (received.includes(SERVICE_KEY)) faults.push('the service key in the response')
    if (faults.length) wrong.push({ faults, method, target, headers, arrived: upstream.requests })
    if (wrong.length === 3) break
  }
  t.strictSame(wrong, [], `again with FUZZ_SEED=${SEED}`)
  t.ok(relayed > REQUESTS / 20, `${relayed} were relayed`)
  t.comment([...statuses].map(([status, times]) => `${status}: ${times}`).join(', '))
  reportFigure(t, `${REQUESTS} hostile requests, seed ${SEED}: none relayed wrongly, ${relayed} relayed`)
})
