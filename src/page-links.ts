/** What was asked for, by parameter. */
export interface PageQuery extends Readonly<Record<string, string | number>> {
  readonly limit: number
  readonly offset: number
}

/** What came back. */
interface PageSize {
  /** Rows on this page. */
  readonly count: number
  /** Rows on all pages, if it is known for certain. */
  readonly total: number | undefined
}

/**
 * The value of `Link` (RFC 8288) for a page at `path`: its neighbours and the ends, with all parameters kept. Without a
 * total a full page may be followed by an empty one, and which is the last is not known.
 */
export function pageLinks(path: string, query: PageQuery, { count, total }: PageSize): string {
  const { limit, offset } = query
  const end = offset + count
  const goesOn = total === undefined ? count === limit : count > 0 && end < total
  // Supabase may give fewer rows at a time than were asked for.
  const size = goesOn ? count : limit
  const base = `<${path}?${parametersOf(query)}offset=`

  let links = `${base}0>; rel="first"`
  if (offset > 0) links += `, ${base}${Math.max(0, Math.min(offset, total ?? offset) - size)}>; rel="prev"`
  if (goesOn) links += `, ${base}${end}>; rel="next"`
  if (total !== undefined) {
    const start = offset % size
    links += `, ${base}${Math.max(0, start + Math.floor((total - 1 - start) / size) * size)}>; rel="last"`
  }
  return links
}

/** The value of `Link` for a page that began behind a cursor and ends at `end`, if it does not end empty. */
export function cursorLinks(path: string, query: PageQuery, end: string | undefined): string {
  // The total is that of all pages on the first one only.
  const base = `<${path}?${parametersOf(query, 'count')}after=`
  const first = `${base}>; rel="first"`
  return end === undefined ? first : `${first}, ${base}${end}>; rel="next"`
}

/** All `but` one, and but those that say where a page begins. */
function parametersOf(query: PageQuery, but?: string): string {
  let parameters = ''
  for (const name in query) {
    const value = query[name]
    if (value === undefined || name === 'offset' || name === 'after' || name === but) continue
    parameters += `${name}=${typeof value === 'number' ? value : encodeURIComponent(value.toWellFormed())}&`
  }
  return parameters
}
