// Requests made from the OpenAPI document and bent in every way: each is answered as the document's errors are, and not
// one byte of it gets anywhere but into the value of its own parameter.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import t from 'tap'
import { Client } from 'undici'
import { startApp } from '../support/app.ts'
import { readDescription } from '../support/description.ts'
import { inLoops } from '../support/load.ts'
import { figure, scale } from '../support/proof.ts'

const REQUESTS = scale(3_000, 100_000)
const CLIENTS = 10
const SEED = Number(process.env.ATTACK_SEED ?? Date.now() % 2 ** 31)
const ID = 'aa12c9e8-3e58-4eb2-a88c-d69f447e04fd'

/** What has broken other services. */
const HOSTILE = [
  ...['', ' ', '0', '-1', '1e9', '0x10', 'NaN', 'null', 'undefined', 'true', '[]', '{}', '9'.repeat(400)],
  ...['%', '_', '*', '\\', '\\%', '**', '.', ',', ')', '(', '"', "'", ';--', 'eq.1', 'not.is.null', 'a.b', 'a,b'],
  ...[
    'gly&select=*',
    'gly#',
    'gly?limit=1',
    'x=1',
    '../rpc/now',
    '/etc/passwd',
    'name.asc,id.desc',
    'name.asc;',
    '*,rows(*)'
  ],
  ...[
    '\0',
    '\r\nx-injected: 1',
    '\n',
    '\t',
    '\u2028',
    '\u202e',
    '\ufeff',
    '冷',
    '😀',
    'é',
    'e\u0301',
    '\ud800',
    'x'.repeat(301)
  ],
  ...["' or 1=1--", '{{7*7}}', '<script>', '__proto__', 'constructor', 'toString', ID, 'C3H8O3', 'Glycerol']
]

interface Sent {
  path: string
  headers: Record<string, string>
}

const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE) },
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.integer({ min: -5, max: 2_000 }).map(String)
)

/** How a text is written into a URL: rightly, twice, hardly at all, or wrongly. */
const written = fc.tuple(text, fc.integer({ min: 0, max: 9 })).map(([value, how]) => {
  const encoded = encodeURIComponent(value.toWellFormed())
  if (how === 0) return encodeURIComponent(encoded)
  if (how === 1) return encoded.replaceAll('%20', '+')
  if (how === 2) return encoded.replace(/%../, '%zz')
  if (how === 3) return value.replace(/[^\x21-\x7e]|#/g, '')
  return encoded
})

// Whatever a caller may say of himself. A token goes to Supabase by right, so there is none here.
const header = fc.constantFrom<[string, string]>(
  ['accept', 'text/csv'],
  ['accept', '*/*;q=0, nonsense'],
  ['accept', 'application/x-ndjson'],
  ['x-request-id', 'a'.repeat(200)],
  ['x-request-id', '<script>'],
  ['apikey', 'mine'],
  ['prefer', 'count=exact'],
  ['range', '0-999999'],
  ['host', 'evil.example'],
  ['x-forwarded-for', '127.0.0.1'],
  ['x-forwarded-host', 'evil.example'],
  ['accept-profile', 'private'],
  ['x-http-method-override', 'DELETE'],
  ['user-agent', 'Mozilla/5.0'],
  ['cookie', 'a=b'],
  ['traceparent', '00-zz-zz-00'],
  ['if-none-match', '"']
)

/** What Supabase was asked, by request. */
const asked: { path: string; headers: Record<string, unknown>; method: string }[] = []
const upstream = createServer((request, response) => {
  asked.push({ path: request.url as string, headers: request.headers, method: request.method as string })
  const range = request.headers.prefer ? '0-0/1' : '0-0/*'
  const body = request.url === '/rest/v1/' ? '{"paths":{"/molecules":{}}}' : '[{"id":"x","name":"y"}]'
  response.writeHead(200, { 'content-type': 'application/json', 'content-range': range }).end(body)
})
await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
t.teardown(() => upstream.close())

t.test('attacks by request', async (t) => {
  const app = await startApp(t, {
    SUPABASE_URL: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`,
    SUPABASE_KEY: 'the-key',
    COALESCE_READS: 'false'
  })
  const { operations } = await readDescription(app)
  const parameters = new Map(operations.flatMap((operation) => operation.parameters).map((one) => [one.name, one]))
  const described = [...parameters.values()].filter((one) => one.in === 'query')
  const pair = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...described.map((one) => `${one.name}=${one.example}`)) },
    // What takes any text.
    {
      weight: 4,
      arbitrary: fc.tuple(fc.constantFrom('name', 'q', 'formula'), written).map((parts) => parts.join('='))
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom(...parameters.keys(), 'nonsense', 'or', ''), written)
        .map((parts) => parts.join('='))
    }
  )
  const query = fc.array(pair, { maxLength: 4 }).map((pairs) => pairs.join('&'))
  const path = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('/api/molecules', `/api/molecules/${ID}`) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom(...operations.map((operation) => operation.path), '/nowhere'), written)
        .map(([pattern, value]) => pattern.replace('{id}', () => value))
    }
  )
  const request: fc.Arbitrary<Sent> = fc
    .tuple(path, query, fc.array(header, { maxLength: 2 }))
    .map(([path, query, headers]) => ({
      path: query ? `${path}?${query}` : path,
      headers: Object.fromEntries(headers)
    }))
  const requests = fc.sample(request, { numRuns: REQUESTS, seed: SEED })

  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  const clients = Array.from({ length: CLIENTS }, () => new Client(origin))
  t.teardown(() => Promise.all(clients.map((client) => client.destroy())))
  const wrong: unknown[] = []
  const ways = new Map<string, number>()
  let next = 0
  await inLoops(
    CLIENTS,
    () => next < requests.length && wrong.length < 5,
    async () => {
      const number = next++
      const { path, headers } = requests[number] as Sent
      const {
        statusCode,
        headers: answered,
        body
      } = await (clients[number % CLIENTS] as Client).request({
        path,
        method: 'GET',
        headers
      })
      const fault = faultOf(statusCode, answered, await body.text())
      if (fault) wrong.push({ fault, path, headers })
      const route = path.split('?')[0]?.replace(/^\/api\/molecules\/.*/s, '/api/molecules/{id}') as string
      const way = `${operations.some((one) => one.path === route) ? route : 'none'} ${statusCode}`
      ways.set(way, (ways.get(way) ?? 0) + 1)
    }
  )
  for (const { path, headers, method } of asked) {
    const fault = method === 'GET' ? (strayIn(path) ?? strayHeader(headers)) : `method ${method}`
    if (fault && wrong.length < 5) wrong.push({ fault, path, headers })
  }
  t.strictSame(wrong, [], `seed ${SEED}`)
  t.ok(asked.length > REQUESTS / 20, 'many get through')
  t.equal((await app.inject('/health/live')).statusCode, 200)
  t.equal(app.pool.stats().in_use, 0)
  figure(
    t,
    `${REQUESTS} requests, seed ${SEED}: ${ways.size} ways (route and status), ${asked.length} reached Supabase`
  )
})

/** What is wrong with an answer. */
function faultOf(status: number, headers: Record<string, unknown>, body: string): string | undefined {
  if (status === 200 || status === 304) return
  if (status >= 500) return `status ${status}`
  const error = JSON.parse(body)
  if (Object.keys(error).join() !== 'status,message,code,request_id') return `shape ${body}`
  if (error.status !== 'error' || error.request_id !== headers['x-request-id']) return `id ${body}`
  if (/\bat .*:\d+|node_modules|the-key|postgrest/i.test(error.message)) return `internals ${body}`
}

const COLUMN = 'id|cid|name|molecular_formula|smiles|molecular_weight|pubchem_link|source|created_at|updated_at'
const COLUMNS = new RegExp(`^(${COLUMN})(,(${COLUMN}))*$`)
const ORDER = new RegExp(`^(${COLUMN})\\.(asc|desc)(\\.nullslast)?(,(${COLUMN})\\.(asc|desc)(\\.nullslast)?)*$`)

/** What each parameter of a request to Supabase may be, whatever callers write; a text is bound by its operator. */
const ALLOWED: Record<string, RegExp> = {
  select: COLUMNS,
  order: ORDER,
  limit: /^([1-9]|[1-9]\d{1,2}|1000)$/,
  offset: /^\d{1,10}$/,
  id: /^eq\.[0-9a-f-]{36}$/,
  cid: /^eq\.\d{1,10}$/,
  molecular_formula: /^eq\..{1,300}$/s,
  // Every character that means something stands behind a backslash; the one `%` at an end is the service's.
  name: /^(ilike\.%?([^%_\\*]|\\[%_\\]){1,300}%|imatch\.\^?([^\\^$.|?*+()[\]{}]|\\[\\^$.|?*+()[\]{}]){1,300})$/s
}

/** What in a request's target is not as the service means it. */
function strayIn(target: string): string | undefined {
  const { pathname, searchParams, hash } = new URL(target, 'http://localhost')
  if (target === '/rest/v1/' || target.startsWith('/rest/v1/molecules?select=*&limit=1')) return
  if (pathname !== '/rest/v1/molecules' || hash) return `target ${target}`
  for (const [name, value] of searchParams) {
    if (!ALLOWED[name]?.test(value)) return `${name}=${value}`
    if (name !== 'name' && searchParams.getAll(name).length > 1) return `${name} several times`
  }
}

const HEADERS: Record<string, RegExp> = {
  host: /^127\.0\.0\.1:\d+$/,
  connection: /^keep-alive$/,
  apikey: /^the-key$/,
  authorization: /^Bearer the-key$/,
  accept: /^application\/(openapi\+)?json$/,
  'user-agent': /^cryoprotect-api\/[\d.]+$/,
  'x-request-id': /^[\w-]{36}$/,
  prefer: /^count=(exact|planned|estimated)$/
}

function strayHeader(headers: Record<string, unknown>): string | undefined {
  for (const [name, value] of Object.entries(headers)) {
    if (!HEADERS[name]?.test(String(value))) return `header ${name}: ${value}`
  }
}
