// Generates requests from the OpenAPI document, with unusual and malicious values everywhere.
import fc from 'fast-check'
import { type DescribedOperation, findExample } from '../support/openapi/document.ts'

export interface FuzzedRequest {
  method: string
  /** The request target as sent: path and query, encoded. */
  target: string
  /** Names are lower-case and may be repeated. */
  headers: readonly [name: string, value: string][]
  body: string | null
}

export const ID = 'aa12c9e8-3e58-4eb2-a88c-d69f447e04fd'

/** Values that have broken other services. */
const NAUGHTY_VALUES = [
  ...['', ' ', '0', '-1', '007', '1e9', '0x10', 'NaN', 'null', 'undefined', 'true', '[]', '{}', '9'.repeat(400)],
  ...['%', '_', '*', '\\', '\\%', '**', '.', ',', ')', '(', '"', "'", ';--', 'eq.1', 'not.is.null', 'a.b', 'a,b'],
  ...['gly&select=*', 'gly#', 'gly?limit=1', 'x=1', '..', '../rpc/now', '/etc/passwd', '%2e%2e%2f', '*,rows(*)'],
  ...['name.asc,id.desc', 'name.asc;', 'cid.desc', 'id', 'id,id', 'name,cid', 'exact', 'planned'],
  ...['\0', '\r\nx-injected: 1', '\n', '\t', '\u2028', '\u202e', '\ufeff', '冷', '😀', 'é', 'e\u0301', '\ud800'],
  ...['x'.repeat(300), 'x'.repeat(301), '*'.repeat(300), '\\'.repeat(300), '('.repeat(150)],
  ...["' or 1=1--", '{{7*7}}', '#{7*7}', '<script>', '__proto__', 'constructor', 'toString'],
  ...[ID, ID.toUpperCase(), `${ID}/x`, `urn:uuid:${ID}`, 'C3H8O3', 'Glycerol']
]

/** `Authorization` headers, and the bearer token in each; undefined where the service refuses the header. */
export const AUTHORIZATIONS: Readonly<Record<string, string | undefined>> = {
  'Bearer a.user.token': 'a.user.token',
  'bearer   ~!@#$%^&*()"\\': '~!@#$%^&*()"\\',
  'Bearer two parts': undefined,
  'Bearer a,b': 'a,b',
  'Bearer \xe9': undefined,
  Bearer: undefined,
  'Basic dTpw': undefined,
  'Bearer\ttab': undefined
}

const TRACE = '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331'

/** `traceparent` headers, and what the service sends to Supabase, but for the span's id. */
export const TRACE_PARENTS: Readonly<Record<string, string | undefined>> = {
  [`00-${TRACE}-01`]: `00-${TRACE}-01`,
  [`00-${TRACE}-ff`]: `00-${TRACE}-03`,
  [`cc-${TRACE}-00-and more`]: `00-${TRACE}-00`,
  [`00-${TRACE}-01-and more`]: undefined,
  [`ff-${TRACE}-01`]: undefined,
  '00-zz-zz-00': undefined,
  [`00-${'0'.repeat(32)}-b7ad6b7169203331-01`]: undefined
}

/** `tracestate` headers, and what the service sends to Supabase beside a `traceparent`. */
export const TRACE_STATES: Readonly<Record<string, string | undefined>> = {
  'vendor=value': 'vendor=value',
  'a=1, ,b=2': 'a=1,b=2',
  'a=1,a=2': undefined,
  'A=\xe9': undefined,
  '': undefined
}

/** Headers with a meaning for Supabase, proxies or frameworks, but none for the service. */
const FOREIGN_HEADERS = [
  ...['apikey', 'prefer', 'range', 'range-unit', 'accept-profile', 'content-profile', 'x-client-info', 'cookie'],
  ...['user-agent', 'origin', 'referer', 'forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host'],
  ...['x-original-url', 'x-rewrite-url', 'x-http-method-override', 'content-type', 'content-encoding', 'te', 'trailer'],
  ...['accept-encoding', 'if-match', 'if-modified-since', 'if-range', 'cache-control', 'baggage', 'b3', '__proto__']
]

const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NAUGHTY_VALUES) },
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  // Characters that are special in patterns.
  fc.string({ unit: fc.constantFrom(...'*%_\\^$.|?+()[]{}a '), maxLength: 8 }),
  fc.integer({ min: -5, max: 2_000 }).map(String)
)

/** A text encoded for a URL: correctly, twice, hardly, or wrongly. */
const encodedText = fc.tuple(text, fc.integer({ min: 0, max: 9 })).map(([value, how]) => {
  const encoded = encodeURIComponent(value.toWellFormed())
  if (how === 0) return encodeURIComponent(encoded)
  if (how === 1) return encoded.replaceAll('%20', '+')
  if (how === 2) return encoded.replace(/%../, '%zz')
  if (how === 3) return value.replace(/[^\x21-\x7e]|#/g, '')
  return encoded
})

/** Without what a header cannot hold. */
const headerText = text.map((value) => value.replace(/[^\t\x20-\x7e\xa0-\xff]/g, ''))

const header: fc.Arbitrary<[string, string]> = fc.oneof(
  fc.tuple(fc.constant('authorization'), fc.constantFrom(...Object.keys(AUTHORIZATIONS))),
  fc.tuple(fc.constant('traceparent'), fc.constantFrom(...Object.keys(TRACE_PARENTS))),
  fc.tuple(fc.constant('tracestate'), fc.constantFrom(...Object.keys(TRACE_STATES))),
  fc.tuple(fc.constant('x-request-id'), fc.oneof(fc.constantFrom('01ARZ3NDEKTSV4RRFFQ69G5FAV', 'a:b/c'), headerText)),
  fc.tuple(
    fc.constant('accept'),
    fc.oneof(fc.constantFrom('text/csv', 'application/x-ndjson', '*/*;q=0, nonsense', 'a/b,'.repeat(500)), headerText)
  ),
  fc.tuple(fc.constant('if-none-match'), fc.oneof(fc.constantFrom('*', '"', 'W/"a", '.repeat(500)), headerText)),
  fc.tuple(fc.constant('host'), fc.constantFrom('evil.example', 'a b', '%00', '<script>', 'evil.example/path?a=b', '')),
  { weight: 3, arbitrary: fc.tuple(fc.constantFrom(...FOREIGN_HEADERS), headerText) }
)

const headers = fc
  .uniqueArray(header, { maxLength: 3, selector: ([name]) => name })
  .chain((once) => fc.constantFrom(once, once, once, [...once, ...once.filter(([name]) => name !== 'host')]))

/** A cursor as the service builds it, but for the name in it. */
const buildCursor = (name: string) => Buffer.from(JSON.stringify(['name.asc,id.asc', name, ID])).toString('base64url')

/** Structures, most of which cannot be read. */
const structure = fc.oneof(
  fc.constantFrom('CS(C)=O', 'c1ccccc1', '[#6;R]~[!#6]', 'C%12CC%12', '[$([#6]=[#8])]', '[13CH3]', 'C'.repeat(251)),
  fc.string({ unit: fc.constantFrom(...'CCCNOcn12()[]=#+-@/\\.%*!$~:;,&HR'), maxLength: 30 })
)

/** Parameters that accept any text. */
const TEXT_PARAMETERS = ['name', 'q', 'formula']

/** The operations on data whose requests to Supabase are known in advance, and their parameters. */
const MODELED_OPERATIONS = ['listMolecules', 'getMolecule']
const MODELED_PARAMETERS = [
  'id',
  'limit',
  'offset',
  'after',
  'name',
  'q',
  'formula',
  'cid',
  'substructure',
  'similar',
  'min',
  'order',
  'select',
  'count',
  'if-none-match'
]

export function generateRequests(all: readonly DescribedOperation[]): fc.Arbitrary<FuzzedRequest> {
  const operations = all
    .filter(({ id, path }) => !path.startsWith('/api/') || MODELED_OPERATIONS.includes(id))
    .map((operation) => ({
      ...operation,
      parameters: operation.parameters.filter((one) => MODELED_PARAMETERS.includes(one.name))
    }))
  const parameters = new Map(operations.flatMap((operation) => operation.parameters).map((one) => [one.name, one]))
  const described = [...parameters.values()].filter((one) => one.in === 'query')
  const name = fc.constantFrom(...parameters.keys(), 'nonsense', 'or', 'n%61me', 'name[]', '__proto__', '')
  const pair = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...described.map((one) => `${one.name}=${findExample(one)}`)) },
    {
      weight: 4,
      arbitrary: fc.tuple(fc.constantFrom(...TEXT_PARAMETERS), encodedText).map((parts) => parts.join('='))
    },
    { weight: 2, arbitrary: text.map((value) => `after=${buildCursor(value)}`) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('substructure', 'similar'), structure)
        .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    },
    { weight: 2, arbitrary: fc.tuple(name, encodedText).map((parts) => parts.join('=')) }
  )
  // A repeated parameter is refused, so most requests have none.
  const pairs = fc.oneof(
    { weight: 4, arbitrary: fc.uniqueArray(pair, { maxLength: 5, selector: (one) => one.split('=')[0] }) },
    fc.array(pair, { maxLength: 3 })
  )
  const path = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('/api/molecules', `/api/molecules/${ID}`) },
    { weight: 1, arbitrary: fc.constantFrom(...operations.map((operation) => operation.path), '/docs', '/docs/') },
    {
      weight: 2,
      arbitrary: fc
        .tuple(
          fc.constantFrom('/api/molecules/{}', '/docs/{}', '/docs/static/{}', '/{}', '/api/{}', '//{}'),
          encodedText
        )
        .map(([pattern, value]) => pattern.replace('{}', () => value))
    }
  )
  const method = fc.oneof(
    { weight: 8, arbitrary: fc.constant('GET') },
    fc.constantFrom('HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY', 'TRACE', 'PROPFIND')
  )
  const body = fc.constantFrom(null, null, '', '{', '{"__proto__":{}}', 'x'.repeat(100_000))
  return fc.tuple(method, path, pairs, headers, body).map(([method, path, pairs, headers, body]) => ({
    method,
    target: pairs.length ? `${path}?${pairs.join('&')}` : path,
    headers,
    body: /^(GET|HEAD|OPTIONS|TRACE)$/.test(method) ? null : body
  }))
}
