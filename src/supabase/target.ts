/** Query parameters; a list repeats the parameter, `undefined` omits it. */
export type Params = Readonly<Record<string, string | number | readonly string[] | undefined>>

/** The characters of a URL's path (RFC 3986). */
const PATH = /^([\w.~!$&'()*+,;=:@/-]|%[0-9a-f]{2})*$/i
/** A segment `.` or `..`, percent-encoded or not: it would lead out of the base. */
const DOT_SEGMENT = /(^|\/|%2f|%5c)(\.|%2e){1,2}(\/|%2f|%5c|$)/i

/** The path of the Data API of the project at `url`, for instance `/rest/v1/`. */
export function toDataApiPath(url: string): string {
  return `${new URL(url).pathname.replace(/(?<!\/)\/+$/, '')}/rest/v1/`
}

/** The request target for `path` below `base`. Throws a `TypeError` for a path that cannot be sent or leads out of `base`. */
export function buildTarget(base: string, path: string, params: Params = {}): string {
  if (!PATH.test(path) || DOT_SEGMENT.test(path)) {
    throw new TypeError('Invalid path below /rest/v1/: percent-encode its segments, and pass the query as params')
  }
  const query = buildQuery(params)
  return `${base}${path.replace(/^\//, '')}${query && `?${query}`}`
}

function buildQuery(params: Params): string {
  let query = ''
  for (const name in params) {
    const value = params[name]
    if (value === undefined) continue
    if (typeof value === 'object') for (const one of value) query += formatPair(name, one)
    else query += formatPair(name, value)
  }
  return query.slice(1)
}

/** Needs no encoding: most names and values of the service's own. */
const PLAIN = /^[\w.-]*$/

function formatPair(name: string, value: string | number): string {
  return `&${encode(name)}=${typeof value === 'number' ? value : encode(value)}`
}

function encode(text: string): string {
  return PLAIN.test(text) ? text : encodeURIComponent(text.toWellFormed())
}
