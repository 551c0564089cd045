/**
 * What a column must be like: PostgREST's own notation, for instance `gte.100`, or a value taken literally.
 */
export type Condition = string | { readonly equals: string } | { readonly startsWith: string }

/** Conditions by column; a list holds several for the same column. */
export type Filters = Readonly<Record<string, Condition | readonly Condition[]>>

/** The conditions for a column in PostgREST's notation. Throws a `TypeError` for what is none: it must not mean all rows. */
export function notationsOf(column: string, conditions: Filters[string]): string[] {
  const notations = [conditions].flat().map(notationOf)
  if (notations.length && notations.every((notation) => notation !== undefined)) return notations
  throw new TypeError(`The column "${column}" needs conditions: strings, { equals: string } or { startsWith: string }`)
}

function notationOf(condition: Condition): string | undefined {
  if (typeof condition === 'string') return condition
  // Callers in JavaScript may pass anything.
  const { equals, startsWith }: { equals?: unknown; startsWith?: unknown } = condition ?? {}
  if (typeof equals === 'string') return `eq.${equals}`
  return typeof startsWith === 'string' ? prefix(startsWith) : undefined
}

/**
 * «Begins with this text, in whatever case», every character of the text taken literally.
 *
 * `ilike` knows `%`, `_` and the escape `\`. PostgREST also turns every `*` of its value into `%`, which cannot be
 * escaped (https://docs.postgrest.org/en/stable/references/api/tables_views.html#operators): a text with a star goes
 * as a regular expression.
 */
function prefix(text: string): string {
  return text.includes('*')
    ? `imatch.^${text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')}`
    : `ilike.${text.replace(/[\\%_]/g, '\\$&')}%`
}
