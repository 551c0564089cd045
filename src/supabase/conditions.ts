/**
 * What a column must be like: PostgREST's own notation, for instance `gte.100`, or a value taken literally.
 */
export type Condition = string | { readonly equals: string } | { readonly startsWith: string }

/** Conditions by column; a list holds several for the same column. */
export type Filters = Readonly<Record<string, Condition | readonly Condition[]>>

/** A condition in PostgREST's notation. */
export function notationOf(condition: Condition): string {
  if (typeof condition === 'string') return condition
  return 'equals' in condition ? `eq.${condition.equals}` : startsWith(condition.startsWith)
}

/**
 * «Begins with this text, in whatever case», every character of the text taken literally.
 *
 * `ilike` knows `%`, `_` and the escape `\`. PostgREST also turns every `*` of its value into `%`, which cannot be
 * escaped (https://docs.postgrest.org/en/stable/references/api/tables_views.html#operators): a text with a star goes
 * as a regular expression.
 */
function startsWith(text: string): string {
  return text.includes('*')
    ? `imatch.^${text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')}`
    : `ilike.${text.replace(/[\\%_]/g, '\\$&')}%`
}
