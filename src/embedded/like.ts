/** Stands for a literal `*` in a pattern, where the Data API would read a `*` as `%`: a character of no language. */
const STAR = '\u{E000}'

/**
 * PostgreSQL's `ILIKE` for SQLite, whose own `LIKE` has no default escape character and folds the case of ASCII letters
 * only. The arguments come in the order in which SQLite gives them: `value LIKE pattern` is `like(pattern, value)`.
 */
export function like(pattern: unknown, value: unknown): number | null {
  if (pattern === null || value === null) return null
  const source = String(pattern).replace(/\\(.)|./gsu, (token, escaped?: string) => {
    if (token === '%') return '.*'
    if (token === '_') return '.'
    if (token === STAR) return '\\*'
    return RegExp.escape(escaped ?? token)
  })
  return new RegExp(`^${source}$`, 'isu').test(String(value)) ? 1 : 0
}

/**
 * Rewrites `imatch.literal text` and `imatch.^literal text`, as which a text with a star in it is asked for, to an `ilike`
 * of the same meaning: the embedded Supabase knows no regular expressions.
 */
export function likeOfRegularExpression(condition: string): string {
  const [, start, literal] = /^imatch\.(\^?)(.*)$/s.exec(condition) ?? []
  if (literal === undefined) return condition
  const text = literal.replace(/\\(.)/gsu, '$1')
  return `ilike.${start ? '' : '%'}${text.replace(/[\\%_]/g, '\\$&').replaceAll('*', STAR)}%`
}

/**
 * Puts several `ilike` conditions for one column into a single one of the same meaning: the embedded Supabase heeds the last
 * only.
 */
export function mergeLikes(conditions: readonly string[]): readonly string[] {
  const patterns = conditions.map((condition) => /^ilike\.(.*)$/s.exec(condition)?.[1])
  if (patterns.length < 2 || patterns.includes(undefined)) return conditions
  const quoted = patterns.map((pattern) => `"${pattern?.replace(/["\\]/g, '\\$&')}"`)
  return [`ilike(all).{${quoted}}`]
}
