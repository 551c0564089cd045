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
  const parameters = Object.entries({ ...query, offset: undefined })
    .map(([name, value]) => (value === undefined ? '' : `${name}=${encodeURIComponent(`${value}`.toWellFormed())}&`))
    .join('')
  const link = (relation: string, to: number) => `<${path}?${parameters}offset=${to}>; rel="${relation}"`

  const links = [link('first', 0)]
  if (offset > 0) links.push(link('prev', Math.max(0, Math.min(offset, total ?? offset) - size)))
  if (goesOn) links.push(link('next', end))
  if (total !== undefined) {
    const start = offset % size
    links.push(link('last', Math.max(0, start + Math.floor((total - 1 - start) / size) * size)))
  }
  return links.join(', ')
}
