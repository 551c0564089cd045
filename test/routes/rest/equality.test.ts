// A request gets through the gateway what it gets from the project directly: status, body and headers, byte for byte.
import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import t from 'tap'
import { reportFigure, scale } from '../../support/load/deep-tests.ts'
import { startApp } from '../../support/service/app.ts'
import { startGateway } from '../../support/upstream/gateway.ts'

const SEED = Number(process.env.EQUALITY_SEED ?? Date.now() % 2 ** 31)
const REQUESTS = scale(500, 10_000)
// Nobody else's: tests that run beside this one see their own users' rows only.
const ALICE = '33333333-3333-4333-8333-333333333333'
const MAX_ATTEMPTS = 4
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g
/** What each server says of itself, of its connection, of how long it took, and to pages of other origins. */
const OWN =
  /^(?:connection|keep-alive|date|server|transfer-encoding|content-length|server-timing|x-request-id|access-control-.*)$/
/** What the service says beyond that. */
const ADDED =
  /^(?:content-security-policy|cross-origin-resource-policy|referrer-policy|x-content-type-options|x-frame-options)$/

interface Sent {
  method: string
  /** Below `/rest/v1/`, as it stands on the wire. */
  path: string
  headers: Record<string, string>
  body: Buffer | undefined
  chunked: boolean
  asUser: boolean
}

const value = fc.oneof(
  fc.constantFrom(
    'eq.Glycerol',
    'ilike.*gly*',
    'ilike.%gly%',
    'ilike.%25gly%25',
    'in.(1,2)',
    'in.("a,b",c)',
    'not.is.null'
  ),
  fc.constantFrom(
    'gt.90',
    'is.null',
    'eq.',
    '',
    'nonsense',
    'fts.a',
    'eq.%00',
    'eq.%F0%9F%98%80',
    'eq.%zz',
    'eq.a+b%2Bc'
  ),
  fc.string({ unit: 'binary', maxLength: 10 }).map((text) => `eq.${encodeURIComponent(text)}`),
  fc.string({ unit: fc.constantFrom(...'!$\'()*,;:@/?[]{}|\\^`~%+="'), maxLength: 6 }).map((text) => `eq.${text}`)
)
const parameter = fc.oneof(
  fc
    .tuple(fc.constantFrom('name', 'cid', 'molecular_weight', 'nothing', 'n%61me', 'text', 'or', 'and'), value)
    .map((pair) => pair.join('=')),
  fc.constantFrom(
    'select=name',
    'select=*',
    'select=name,cid',
    'select=nothing',
    'select=a:name,b:cid::text',
    'select='
  ),
  fc.constantFrom(
    'select=name,mixture_components(concentration,mixtures(name))',
    'select=*,mixtures(*)',
    'select=name('
  ),
  fc.constantFrom(
    'order=name',
    'order=cid.desc.nullslast',
    'order=nothing',
    'limit=3',
    'limit=0',
    'limit=-1',
    'limit=x'
  ),
  fc.constantFrom('offset=2', 'offset=100000', 'or=(cid.eq.753,name.eq.a)', 'and=(cid.gt.1,cid.lt.900)', 'or=(', 'x'),
  fc.constantFrom('columns=text', 'on_conflict=id', 'on_conflict=nothing', 'prefix=gly', 'prefix=', '', '&', ';', '=')
)
const path = fc
  .tuple(
    fc.constantFrom(
      ...['molecules', 'molecules', 'molecules', 'light_molecules', 'mixtures', 'notes', 'nothing', 'mol%65cules'],
      ...['%E5%86%B7', "a'b", 'a%22b', 'a+b', 'rpc/count_molecules', 'rpc/count_molecules', 'rpc/nothing']
    ),
    fc.oneof(fc.array(parameter, { maxLength: 1 }), fc.array(parameter, { maxLength: 4 }))
  )
  .map(([table, query]) => (query.length ? `${table}?${query.join('&')}` : table))

const headers = fc.record(
  {
    accept: fc.constantFrom(
      ...[
        'application/json',
        'text/csv',
        '*/*',
        'application/vnd.pgrst.object+json',
        'application/vnd.pgrst.array+json'
      ],
      ...[
        'application/vnd.pgrst.object+json;nulls=stripped',
        'text/html',
        'application/geo+json',
        'a/b, text/csv;q=0.5'
      ]
    ),
    prefer: fc.constantFrom(
      ...['count=exact', 'count=planned', 'return=representation', 'return=minimal', 'return=headers-only'],
      ...[
        'count=exact,return=representation',
        'resolution=merge-duplicates',
        'handling=strict, nonsense',
        'missing=default'
      ]
    ),
    range: fc.constantFrom('0-2', '5-', '1000-1001', '3-1', 'items=0-1', 'x'),
    'range-unit': fc.constant('items'),
    'accept-profile': fc.constantFrom('public', 'public', 'auth'),
    'content-profile': fc.constantFrom('public', 'public', 'auth'),
    'accept-encoding': fc.constantFrom('gzip', 'identity'),
    'if-none-match': fc.constant('"a"'),
    'x-client-info': fc.constant('supabase-js/2.0.0'),
    'content-type': fc.constantFrom(
      ...['application/json', 'text/csv', 'application/x-www-form-urlencoded', 'application/vnd.pgrst.object+json'],
      ...['application/octet-stream', 'text/plain', 'text/xml', 'application/json; charset=utf-8']
    )
  },
  { requiredKeys: [] }
)
const body = fc.constantFrom(
  ...[
    '',
    '{}',
    '[]',
    '{',
    'null',
    '"x"',
    '{"text":"x"}',
    '[{"text":"x"},{"text":"y"}]',
    '{"nothing":1}',
    '{"prefix":"gly"}'
  ],
  ...[
    `{"id":"${ALICE}","text":"冷"}`,
    `[{"id":"${ALICE}","text":"x"}]`,
    'text\nx',
    'text,nothing\nx',
    'prefix=gly',
    '\0\ufffd'
  ],
  // Of more than 8 KiB that it has not read, PostgREST closes the connection.
  `{"text":"${'x'.repeat(5_000)}"}`
)
const sent: fc.Arbitrary<Sent> = fc
  .record({
    method: fc.constantFrom('GET', 'GET', 'GET', 'GET', 'HEAD', 'OPTIONS', 'POST', 'POST', 'PATCH', 'PUT', 'DELETE'),
    path,
    headers: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, headers),
    body: fc.oneof(
      body.map((text) => Buffer.from(text)),
      body.map((text) => gzipSync(text))
    ),
    chunked: fc.boolean(),
    asUser: fc.boolean()
  })
  .map((one) => {
    const reads = /^(?:GET|HEAD|OPTIONS)$/.test(one.method)
    // Both times the same must come of it: what is written is one row that is there already, or refused.
    const path =
      reads || one.path.startsWith('rpc/') ? one.path : `notes?id=eq.${ALICE}&${one.path.split('?')[1] ?? ''}`
    return { ...one, path, body: reads ? undefined : one.body }
  })
const requests = fc.sample(sent, { numRuns: REQUESTS, seed: SEED })

const project = await startGateway()
t.teardown(() => project.close())
const app = await startApp(t, { ...project.environment, GATEWAY: 'all', DB_POOL_MAX_SIZE: '4' })
const gateway = await app.listen({ host: '127.0.0.1', port: 0 })
const apikey = project.keys.anon
const user = `Bearer ${project.userToken(ALICE)}`

async function send(origin: string, { method, path, headers, body, chunked, asUser }: Sent) {
  const length = body && (chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': body.length })
  const all = { apikey, authorization: asUser ? user : `Bearer ${apikey}`, ...headers, ...length }
  const { hostname, port } = new URL(origin)
  const request = httpRequest({ agent: false, hostname, port, method, path: `/rest/v1/${path}`, headers: all })
  if (body && chunked) request.write(body.subarray(0, 10))
  request.end(chunked ? body?.subarray(10) : body)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const relevant = Object.entries(response.headers).filter(([name]) => !OWN.test(name) && !ADDED.test(name))
  return {
    status: response.statusCode,
    headers: Object.fromEntries(relevant.sort(([a], [b]) => (a < b ? -1 : 1))),
    body: Buffer.concat(await response.toArray()).toString('latin1')
  }
}

/** PostgREST closes connections under a request now and then, when it has not read a body before. */
async function ask(origin: string, sent: Sent): ReturnType<typeof send> {
  for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt++) {
    const response = await send(origin, sent).catch(() => undefined)
    if (response && response.status !== 502) return response
  }
  return send(origin, sent)
}

/** The user's one row, as it is before each request that may write. */
async function reset(): Promise<void> {
  const row = Buffer.from(JSON.stringify({ id: ALICE, text: 'x' }))
  const common = { headers: { 'content-type': 'application/json' }, chunked: false, asUser: true }
  await ask(project.url, { ...common, method: 'DELETE', path: 'notes?id=not.is.null', body: undefined })
  await ask(project.url, { ...common, method: 'POST', path: 'notes', body: row })
}

/** The same text for what differs from call to call: ids that the database generates. */
const comparable = (response: object) =>
  JSON.stringify(response).replaceAll(UUID, (id) => (id === ALICE ? id : 'an id'))

t.test('random requests get the same directly and through the gateway', async (t) => {
  const different: unknown[] = []
  const statuses = new Map<string, number>()
  for (const request of requests) {
    if (different.length === 3) break
    if (request.body) await reset()
    const direct = await ask(project.url, request)
    if (request.body) await reset()
    const relayed = await ask(gateway, request)
    const isSame = (response: object) => comparable(response) === comparable(relayed)
    // PostgreSQL may change the order of rows that have none, once.
    if (!isSame(direct) && (request.body || !isSame(await ask(project.url, request)))) {
      different.push({ request, direct, relayed })
    }
    const key = `${request.method} ${direct.status}`
    statuses.set(key, (statuses.get(key) ?? 0) + 1)
  }
  await reset()
  t.strictSame(different, [], `again with EQUALITY_SEED=${SEED}`)
  const found = [...statuses].sort().map((one) => one.join(': '))
  t.comment(found.join(', '))
  reportFigure(t, `${REQUESTS} random requests, seed ${SEED}: the same directly and through the gateway`)
})
