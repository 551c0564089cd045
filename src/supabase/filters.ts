/** A filter of a column: in PostgREST's syntax, for instance `gte.100`, or with a literal value. */
export type Condition =
  | string
  | { readonly equals: string }
  | { readonly startsWith: string }
  | { readonly contains: string }

/** Filters by column; a list holds several for the same column. */
export type Filters = Readonly<Record<string, Condition | readonly Condition[]>>

/** The filters of a column in PostgREST's syntax. Throws a `TypeError` for an invalid one: it must not mean all rows. */
export function formatFilters(column: string, filters: Filters[string]): string[] {
  const formatted = [filters].flat().map(formatFilter)
  if (formatted.length && formatted.every((filter) => filter !== undefined)) return formatted
  const forms = 'strings, { equals: string }, { startsWith: string } or { contains: string }'
  throw new TypeError(`The column "${column}" needs filters: ${forms}`)
}

function formatFilter(filter: Condition): string | undefined {
  if (typeof filter === 'string') return filter
  // JavaScript callers may pass anything.
  const { equals, startsWith, contains }: { equals?: unknown; startsWith?: unknown; contains?: unknown } = filter ?? {}
  if (typeof equals === 'string') return `eq.${equals}`
  if (typeof startsWith === 'string') return formatMatch(startsWith, { start: true })
  return typeof contains === 'string' ? formatMatch(contains, { start: false }) : undefined
}

/**
 * Matches values that contain the text, or start with it, case-insensitively and with every character literal.
 *
 * `ilike` knows `%`, `_` and the escape `\`. PostgREST also turns every `*` of its value into `%`, which cannot be
 * escaped (https://docs.postgrest.org/en/stable/references/api/tables_views.html#operators): a text with a star goes
 * as a regular expression.
 */
function formatMatch(text: string, { start }: { start: boolean }): string {
  return text.includes('*')
    ? `imatch.${start ? '^' : ''}${text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')}`
    : `ilike.${start ? '' : '%'}${text.replace(/[\\%_]/g, '\\$&')}%`
}
