import { nonsense } from './errors.ts'
import type { SupabaseResponse } from './response.ts'

/**
 * How PostgREST finds a total: by counting, by the planner's estimate, or by counting up to the most rows that it gives at
 * a time and by the estimate beyond (https://docs.postgrest.org/en/stable/references/api/pagination_count.html).
 */
export type Count = 'exact' | 'planned' | 'estimated'

/** Rows as Supabase sent them. */
export interface Page {
  /** How many rows there are in `rows`. */
  count: number
  /** How many rows there are on all pages, if that was asked for. */
  total?: number
  /** A JSON array. */
  rows: Buffer
}

const [OPEN, CLOSE] = Buffer.from('[]')

/** The page in an answer, which is counted and not parsed. Throws a `SupabaseError` (502) when it is none. */
export function pageOf(response: SupabaseResponse, count?: Count): Page {
  const { body } = response
  if (!response.isJson || body[0] !== OPEN || body.at(-1) !== CLOSE) throw nonsense('The body is no list of rows')
  const { first, last } = rangeOf(response)
  return {
    count: first && last ? Number(last) - Number(first) + 1 : 0,
    ...(count && { total: totalOf(response) }),
    rows: body
  }
}

/** The total in an answer to a request for one. Throws a `SupabaseError` (502) when it is missing. */
export function totalOf(response: SupabaseResponse): number {
  const { total = '*' } = rangeOf(response)
  if (total === '*') throw nonsense('The total is missing')
  return Number(total)
}

/** What `JSON.parse` calls for each value. TypeScript does not know yet that it shows a number as it is written. */
type Revive = (name: string, value: unknown, context: { source: string }) => unknown

/** The rows of a page. Throws a `SupabaseError` (502) when they are no JSON. */
export function rowsOf<T = Record<string, unknown>>({ rows }: Page, revive?: Revive): T[] {
  try {
    return JSON.parse(rows.toString(), revive as Parameters<typeof JSON.parse>[1])
  } catch (cause) {
    throw nonsense('The rows are no JSON', { cause })
  }
}

/** PostgREST tells which rows these are, and of how many: `0-9/84`, with a `*` for no rows and for an unknown total. */
function rangeOf({ headers }: SupabaseResponse): { first?: string; last?: string; total?: string } {
  const range = /^(?:(?<first>\d+)-(?<last>\d+)|\*)\/(?<total>\d+|\*)$/.exec(headers['content-range'] ?? '')
  if (!range?.groups) throw nonsense('The rows are not counted')
  return range.groups
}
