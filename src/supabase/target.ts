/** Query parameters; a list repeats the parameter, `undefined` omits it. */
export type Params = Readonly<Record<string, string | number | readonly string[] | undefined>>

/** The path of a table or a function. */
const SIMPLE_PATH = /^\w+(\/\w+)?$/
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
  if (!SIMPLE_PATH.test(path) && (!PATH.test(path) || DOT_SEGMENT.test(path))) {
    throw new TypeError('Invalid path below /rest/v1/: percent-encode its segments, and pass the query as params')
  }
  return base + (path.startsWith('/') ? path.slice(1) : path) + buildQuery(params)
}

function buildQuery(params: Params): string {
  let query = ''
  for (const name in params) {
    const value = params[name]
    if (value === undefined) continue
    if (typeof value !== 'object') query += formatPair(query, name, value)
    else for (const one of value) query += formatPair(query, name, one)
  }
  return query
}

/** Needs no encoding: most names and values of the service's own. */
const PLAIN = /^[\w.-]*$/

function formatPair(before: string, name: string, value: string | number): string {
  return `${before ? '&' : '?'}${encode(name)}=${typeof value === 'number' ? value : encode(value)}`
}

/** Percent-encodes a name or a value; in a value, a lone surrogate becomes U+FFFD. */
export function encode(text: string): string {
  return PLAIN.test(text) ? text : encodeURIComponent(text.toWellFormed())
}
