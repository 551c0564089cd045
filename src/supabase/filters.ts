/**
 * What a column must be like: PostgREST's own notation, for instance `gte.100`, or a value taken literally.
 */
export type Condition =
  | string
  | { readonly equals: string }
  | { readonly startsWith: string }
  | { readonly contains: string }

/** Conditions by column; a list holds several for the same column. */
export type Filters = Readonly<Record<string, Condition | readonly Condition[]>>

/** The conditions for a column in PostgREST's notation. Throws a `TypeError` for what is none: it must not mean all rows. */
export function notationsOf(column: string, conditions: Filters[string]): string[] {
  const notations = [conditions].flat().map(notationOf)
  if (notations.length && notations.every((notation) => notation !== undefined)) return notations
  const forms = 'strings, { equals: string }, { startsWith: string } or { contains: string }'
  throw new TypeError(`The column "${column}" needs conditions: ${forms}`)
}

function notationOf(condition: Condition): string | undefined {
  if (typeof condition === 'string') return condition
  // Callers in JavaScript may pass anything.
  const { equals, startsWith, contains }: { equals?: unknown; startsWith?: unknown; contains?: unknown } =
    condition ?? {}
  if (typeof equals === 'string') return `eq.${equals}`
  if (typeof startsWith === 'string') return matches(startsWith, { start: true })
  return typeof contains === 'string' ? matches(contains, { start: false }) : undefined
}

/**
 * «Has this text in it», or at its start, in whatever case, every character of the text taken literally.
 *
 * `ilike` knows `%`, `_` and the escape `\`. PostgREST also turns every `*` of its value into `%`, which cannot be
 * escaped (https://docs.postgrest.org/en/stable/references/api/tables_views.html#operators): a text with a star goes
 * as a regular expression.
 */
function matches(text: string, { start }: { start: boolean }): string {
  return text.includes('*')
    ? `imatch.${start ? '^' : ''}${text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')}`
    : `ilike.${start ? '' : '%'}${text.replace(/[\\%_]/g, '\\$&')}%`
}
