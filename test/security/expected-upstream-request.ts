// What Supabase may be asked for a request, found without the service's code: the meaning of what arrived must be exactly
// the meaning of what was sent.
import { AUTHORIZATIONS, type HostileRequest, TRACE_PARENTS, TRACE_STATES } from './fuzzed-requests.ts'

/** A request that arrived at Supabase; `headers` are those of Node. */
export interface Arrived {
  method: string
  url: string
  headers: Record<string, unknown>
}

/** What is wrong with what arrived for a request that was answered with this status under this id. */
export function strayIn(
  request: HostileRequest,
  status: number,
  id: string,
  host: string,
  arrived: readonly Arrived[]
): string | undefined {
  const expected = status === 200 || status === 304 ? readFor(request) : undefined
  if (arrived.length !== (expected ? 1 : 0)) return `${arrived.length} requests to Supabase`
  const [{ method, url, headers } = { method: '', url: '', headers: {} }] = arrived
  if (!expected) return
  const read = { method, target: meaningOfTarget(url), headers }
  const wanted = {
    method: 'GET',
    target: [expected.path, ...expected.params.map(String).sort()],
    headers: { ...headersFor(request, id), host, ...expected.headers }
  }
  const [is, should] = [read, wanted].map(({ headers, ...rest }) =>
    JSON.stringify([rest, Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1))])
  )
  return is === should ? undefined : `${is} instead of ${should}`
}

interface Read {
  path: string
  /** Name and meaning. */
  params: [string, string][]
  headers: Record<string, string>
}

function readFor({ target }: HostileRequest): Read | undefined {
  const [, path = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(target) ?? []
  const own = Object.fromEntries(
    query.split('&').map((pair) => {
      const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair) ?? []
      return [decoded(name), decoded(value)]
    })
  )
  if (path === '/supabase/tables') {
    return { path: '/rest/v1/', params: [], headers: { accept: 'application/openapi+json' } }
  }
  const select: Read['params'] = own.select ? [['select', own.select]] : []
  const id = /^\/api\/molecules\/(.+)$/.exec(path)?.[1]
  if (id) {
    return {
      path: '/rest/v1/molecules',
      params: [['id', `eq.${decodeURIComponent(id).toLowerCase()}`], ['limit', '1'], ...select],
      headers: {}
    }
  }
  if (path !== '/api/molecules') return
  const params: Read['params'] = [...select]
  if (own.name) params.push(['name', `starts with ${own.name}`])
  if (own.q) params.push(['name', `contains ${own.q}`])
  if (own.formula) params.push(['molecular_formula', `eq.${own.formula}`])
  if (own.cid) params.push(['cid', `eq.${Number(own.cid)}`])
  if (own.after) {
    const [, name, id] = JSON.parse(Buffer.from(own.after, 'base64url').toString())
    params.push(['and', `behind ${id} and ${name.toWellFormed()}`])
  }
  if (Number(own.offset)) params.push(['offset', String(Number(own.offset))])
  const order = own.order ?? 'name.asc'
  params.push(['limit', String(Number(own.limit ?? 10))])
  params.push(['order', /\bid\./.test(order) ? order : `${order},id.asc`])
  return { path: '/rest/v1/molecules', params, headers: own.count ? { prefer: `count=${own.count}` } : {} }
}

/** As form data is decoded; what cannot be is refused. */
function decoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '))
}

function headersFor({ target, headers }: HostileRequest, id: string): Record<string, string> {
  const of = (name: string) => headers.filter(([own]) => own === name).map(([, value]) => value)
  const [authorization = ''] = target.startsWith('/api/') ? of('authorization') : []
  const parents = of('traceparent')
  const parent = parents.length === 1 ? TRACE_PARENTS[parents[0] as string] : undefined
  const states = of('tracestate')
  // Twice the same is no state, for its keys are there twice.
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

/** The path of a request to Supabase and what each of its parameters means. */
function meaningOfTarget(target: string): string[] {
  const { pathname, searchParams, hash } = new URL(target, 'http://localhost')
  const params = [...searchParams].map(([name, value]) => {
    if (name === 'name') return [name, meaningOfPattern(value)]
    if (name === 'and') return [name, meaningOfBound(value)]
    // The place of rows without a value is the service's to say.
    if (name === 'order') return [name, value.replaceAll('.nullslast', '')]
    return [name, value]
  })
  return [pathname + hash, ...params.map(String).sort()]
}

/** What comes behind a name and an id, read as PostgREST reads it. */
function meaningOfBound(notation: string): string {
  const [, quoted, id] = BOUND.exec(notation) ?? []
  return quoted === undefined ? `stray ${notation}` : `behind ${id} and ${quoted.replace(/\\(.)/gs, '$1')}`
}

const BOUND = /^\(and\(name\.gte\."((?:[^"\\]|\\.)*)",or\(name\.gt\."\1",id\.gt\."([\da-f-]+)"\)\)\)$/s

/** What a pattern matches, read as PostgREST and PostgreSQL read it. */
function meaningOfPattern(notation: string): string {
  const [, operator, pattern = ''] = /^(ilike|imatch)\.(.*)$/s.exec(notation) ?? []
  const isLike = operator === 'ilike'
  const special = isLike ? '%_*' : '^$.|?*+()[]{}'
  const parts = [...pattern.matchAll(/\\?./gsu)].map(([part]) => {
    if (part.length > 1 && part.startsWith('\\')) return part.slice(1)
    return special.includes(part) ? { means: part } : part
  })
  const means = (part: (typeof parts)[number] | undefined) => (typeof part === 'object' ? part.means : undefined)
  if (isLike && means(parts.pop()) !== '%') return `stray ${notation}`
  const first = means(parts[0])
  const isAnchored = isLike ? first !== '%' : first === '^'
  if (isLike ? !isAnchored : isAnchored) parts.shift()
  if (!operator || parts.some(means)) return `stray ${notation}`
  return `${isAnchored ? 'starts with' : 'contains'} ${parts.join('')}`
}
