// Which requests to Supabase a client's request leads to, worked out without the service's code: both must mean the same.
import { AUTHORIZATIONS, type FuzzedRequest, TRACE_PARENTS, TRACE_STATES } from './fuzzed-requests.ts'

/** A request that Supabase received, with Node's headers. */
export interface UpstreamRequest {
  method: string
  url: string
  headers: Record<string, unknown>
}

/** Compares what Supabase received with what the client sent, and describes a difference. */
export function describeDifference(
  request: FuzzedRequest,
  status: number,
  id: string,
  host: string,
  received: readonly UpstreamRequest[]
): string | undefined {
  const expected = status === 200 || status === 304 ? buildExpected(request) : []
  const actual = received.map(({ method, url, headers }) => toText(method, interpretTarget(url), headers))
  const wanted = expected.map(({ path, params, headers }) =>
    toText('GET', [path, ...params.map(String).sort()], { ...buildHeaders(request, id), host, ...headers })
  )
  return actual.join() === wanted.join() ? undefined : `${actual} instead of ${wanted}`
}

function toText(method: string, target: readonly string[], headers: Readonly<Record<string, unknown>>): string {
  return JSON.stringify([method, target, Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1))])
}

interface Expected {
  path: string
  /** Name and meaning of each. */
  params: [string, string][]
  headers: Record<string, string>
}

/** The id of the molecule that every name is found to have. */
export const FOUND_ID = 'z'

function buildExpected({ target }: FuzzedRequest): Expected[] {
  const [, path = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(target) ?? []
  const own = Object.fromEntries(
    query.split('&').map((pair) => {
      const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair) ?? []
      return [decodeForm(name), decodeForm(value)]
    })
  )
  if (path === '/supabase/tables') {
    return [{ path: '/rest/v1/', params: [], headers: { accept: 'application/openapi+json' } }]
  }
  const select: Expected['params'] = own.select ? [['select', own.select]] : []
  const id = /^\/api\/molecules\/(.+)$/.exec(path)?.[1]
  if (id) {
    const params: Expected['params'] = [['id', `eq.${decodeURIComponent(id).toLowerCase()}`], ['limit', '1'], ...select]
    return [{ path: '/rest/v1/molecules', params, headers: {} }]
  }
  if (path !== '/api/molecules') return []
  // There is nothing in which a structure could be found.
  if (own.substructure || own.similar) return []
  const params: Expected['params'] = [...select]
  if (own.name) params.push(['name', `starts with ${own.name}`])
  if (own.q) params.push(['id', `in.(${FOUND_ID})`])
  if (own.formula) params.push(['molecular_formula', `eq.${own.formula}`])
  if (own.cid) params.push(['cid', `eq.${Number(own.cid)}`])
  if (own.after) {
    const [, name, id] = JSON.parse(Buffer.from(own.after, 'base64url').toString())
    params.push(['and', `after ${id} and ${name.toWellFormed()}`])
  }
  if (Number(own.offset)) params.push(['offset', String(Number(own.offset))])
  const order = own.order ?? 'name.asc'
  params.push(['limit', String(Number(own.limit ?? 10))])
  params.push(['order', /\bid\./.test(order) ? order : `${order},id.asc`])
  const rows = { path: '/rest/v1/molecules', params, headers: own.count ? { prefer: `count=${own.count}` } : {} }
  return own.q ? [buildLookup(own.q), rows] : [rows]
}

function buildLookup(name: string): Expected {
  const params: Expected['params'] = [
    ['name', `contains ${name}`],
    ['select', 'molecule_id'],
    ['limit', '101']
  ]
  return { path: '/rest/v1/molecule_names', params, headers: {} }
}

/** As form data; throws for what the service refuses. */
function decodeForm(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '))
}

function buildHeaders({ target, headers }: FuzzedRequest, id: string): Record<string, string> {
  const of = (name: string) => headers.filter(([own]) => own === name).map(([, value]) => value)
  const [authorization = ''] = target.startsWith('/api/') ? of('authorization') : []
  const parents = of('traceparent')
  const parent = parents.length === 1 ? TRACE_PARENTS[parents[0] as string] : undefined
  const states = of('tracestate')
  // A repeated header has duplicate keys, which is no valid state.
  const state = parent && states.length === 1 ? TRACE_STATES[states[0] as string] : undefined
  return {
    connection: 'keep-alive',
    apikey: 'the-key',
    authorization: `Bearer ${authorization ? AUTHORIZATIONS[authorization] : 'the-key'}`,
    accept: 'application/json',
    'user-agent': 'cryoprotect-api/1.0.0',
    'x-request-id': id,
    ...(parent && { traceparent: parent }),
    ...(state && { tracestate: state })
  }
}

/** The path of a request to Supabase and the meaning of each of its parameters. */
function interpretTarget(target: string): string[] {
  const { pathname, searchParams, hash } = new URL(target, 'http://localhost')
  const params = [...searchParams].map(([name, value]) => {
    if (name === 'name') return [name, interpretPattern(value)]
    if (name === 'and') return [name, interpretBound(value)]
    // Where nulls sort is up to the service.
    if (name === 'order') return [name, value.replaceAll('.nullslast', '')]
    return [name, value]
  })
  return [pathname + hash, ...params.map(String).sort()]
}

/** The meaning of a cursor's filter: the rows after a name and an id. */
function interpretBound(filter: string): string {
  const [, quoted, id] = BOUND.exec(filter) ?? []
  return quoted === undefined ? `unexpected ${filter}` : `after ${id} and ${quoted.replace(/\\(.)/gs, '$1')}`
}

const BOUND = /^\(and\(name\.gte\."((?:[^"\\]|\\.)*)",or\(name\.gt\."\1",id\.gt\."([\da-f-]+)"\)\)\)$/s

/** The meaning of a pattern, as PostgREST and PostgreSQL read it. */
function interpretPattern(filter: string): string {
  const [, operator, pattern = ''] = /^(ilike|imatch)\.(.*)$/s.exec(filter) ?? []
  const isLike = operator === 'ilike'
  const special = isLike ? '%_*' : '^$.|?*+()[]{}'
  const parts = [...pattern.matchAll(/\\?./gsu)].map(([part]) => {
    if (part.length > 1 && part.startsWith('\\')) return part.slice(1)
    return special.includes(part) ? { means: part } : part
  })
  const means = (part: (typeof parts)[number] | undefined) => (typeof part === 'object' ? part.means : undefined)
  if (isLike && means(parts.pop()) !== '%') return `unexpected ${filter}`
  const first = means(parts[0])
  const isAnchored = isLike ? first !== '%' : first === '^'
  if (isLike ? !isAnchored : isAnchored) parts.shift()
  if (!operator || parts.some(means)) return `unexpected ${filter}`
  return `${isAnchored ? 'starts with' : 'contains'} ${parts.join('')}`
}
