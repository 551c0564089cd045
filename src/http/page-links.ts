import { encode } from '../supabase/target.ts'

/** The query of a list, by parameter. */
export interface PageQuery extends Readonly<Record<string, string | number | readonly string[]>> {
  readonly limit: number
  readonly offset: number
}

interface PageSize {
  /** Rows on this page. */
  readonly count: number
  /** Rows on all pages, if it is known for certain. */
  readonly total: number | undefined
}

/**
 * The longest `Link`: clients accept 16 KiB of headers (Node's own fetch does), proxies often 8. Where all links would be
 * longer, because each has the filters of the query, only the one to the next page is sent.
 */
const MAX_LINK_LENGTH = 7_000

/**
 * The value of `Link` (RFC 8288) for a page at `path`: its neighbours and the ends, with all parameters kept. Without a
 * total every page with rows may be followed by another, for Supabase may give fewer rows at a time than were asked for;
 * the page after the last is empty.
 */
export function buildPageLinks(path: string, query: PageQuery, { count, total }: PageSize): string | undefined {
  const { limit, offset } = query
  const end = offset + count
  const goesOn = count > 0 && end < (total ?? Infinity)
  // As many rows as Supabase gives at a time, if that is known.
  const size = goesOn && total !== undefined ? count : limit
  const base = `<${path}?${formatParameters(query)}offset=`

  let links = `${base}0>; rel="first"`
  if (offset > 0) links += `, ${base}${Math.max(0, Math.min(offset, total ?? offset) - size)}>; rel="prev"`
  const next = goesOn ? `${base}${end}>; rel="next"` : undefined
  if (next) links += `, ${next}`
  if (total !== undefined) {
    const start = offset % size
    links += `, ${base}${Math.max(0, start + Math.floor((total - 1 - start) / size) * size)}>; rel="last"`
  }
  return boundLinks(links, next)
}

/** The value of `Link` for a page that began at a cursor; `end` is the cursor of the next one, unless the page is empty. */
export function buildCursorLinks(path: string, query: PageQuery, end: string | undefined): string | undefined {
  // The total is that of all pages on the first one only.
  const base = `<${path}?${formatParameters(query, 'count')}after=`
  const first = `${base}>; rel="first"`
  const next = end && `${base}${end}>; rel="next"`
  return boundLinks(next ? `${first}, ${next}` : first, next)
}

function boundLinks(links: string, next: string | undefined): string | undefined {
  return links.length <= MAX_LINK_LENGTH ? links : next
}

/** All parameters `but` one, and but those that say where a page begins. */
function formatParameters(query: PageQuery, but?: string): string {
  let parameters = ''
  for (const name in query) {
    const value = query[name]
    if (value === undefined || name === 'offset' || name === 'after' || name === but) continue
    if (typeof value !== 'object') parameters += formatParameter(name, value)
    else for (const item of value) parameters += formatParameter(name, item)
  }
  return parameters
}

function formatParameter(name: string, value: string | number): string {
  return `${name}=${typeof value === 'number' ? value : encode(value)}&`
}
