/** Query parameters; a list gives the parameter several times, `undefined` leaves it out. */
export type Params = Readonly<Record<string, string | number | readonly string[] | undefined>>

/** What may stand in a URL's path (RFC 3986). */
const PATH = /^([\w.~!$&'()*+,;=:@/-]|%[0-9a-f]{2})*$/i
/** `.` or `..` between slashes, however these are written: they lead elsewhere. */
const DOTS = /(^|\/|%2f|%5c)(\.|%2e){1,2}(\/|%2f|%5c|$)/i

/** The request target for `path` below `base`. Throws a `TypeError` for a path that cannot be sent or leads out of `base`. */
export function targetOf(base: string, path: string, params: Params = {}): string {
  if (!PATH.test(path) || DOTS.test(path)) {
    throw new TypeError('This is no path below /rest/v1/: encode its parts, and give the query as params')
  }
  const query = queryOf(params)
  return `${base}${path.replace(/^\//, '')}${query && `?${query}`}`
}

function queryOf(params: Params): string {
  let query = ''
  for (const name in params) {
    const value = params[name]
    if (value === undefined) continue
    if (typeof value === 'object') for (const one of value) query += pairOf(name, one)
    else query += pairOf(name, value)
  }
  return query.slice(1)
}

/** What stands for itself in a query: most names and values of the service's own. */
const PLAIN = /^[\w.-]*$/

function pairOf(name: string, value: string | number): string {
  return `&${encoded(name)}=${typeof value === 'number' ? value : encoded(value)}`
}

function encoded(text: string): string {
  return PLAIN.test(text) ? text : encodeURIComponent(text.toWellFormed())
}
