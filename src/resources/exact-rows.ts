import { type Page, parseRows } from '../supabase/page.ts'

/**
 * The rows of a page with numbers as texts, as they are written: they may have more digits than JavaScript's. Throws a
 * `SupabaseError` (502) when they are no JSON.
 */
export function parseExactRows<T>(page: Page): T[] {
  return parseRows<T>(page, (_name, value, { source }) => (typeof value === 'number' ? source : value))
}
