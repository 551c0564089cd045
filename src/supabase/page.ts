import { Buffer } from 'node:buffer'
import { invalidResponse } from './errors.ts'
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
  /** How the total was found. */
  counting?: Count
  /** A JSON array. */
  rows: Buffer
}

const [OPEN, CLOSE] = Buffer.from('[]')
const NO_ROWS = Buffer.from('[]')

/**
 * The page in a response, which is counted and not parsed. Throws a `SupabaseError` (502) when it is none.
 *
 * That the body is valid JSON between its brackets is not checked: parsing it would cost a page of ten rows a sixth of its
 * CPU time. A response cut short is noticed by its framing, anything but PostgREST by the type and `Content-Range`.
 */
export function parsePage(response: SupabaseResponse, count?: Count): Page {
  const rows = trim(response.body)
  if (!response.isJson || rows[0] !== OPEN || rows[rows.length - 1] !== CLOSE)
    throw invalidResponse('The body is no list of rows')
  const range = parseRange(response)
  const size = range[1] ? Number(range[2]) - Number(range[1]) + 1 : 0
  if (size < 0) throw invalidResponse('The rows are counted backwards')
  return { count: size, ...(count && { total: parseTotal(response), counting: count }), rows }
}

/** Whether a response is a page. */
export function isPage(response: SupabaseResponse): boolean {
  try {
    return parsePage(response).count >= 0
  } catch {
    return false
  }
}

/** The page behind the last row, by a response (416) that says how many rows there are. */
export function parsePageBeyondEnd(response: SupabaseResponse): Page & { total: number } {
  return { count: 0, total: parseTotal(response), rows: NO_ROWS }
}

/** The total in a response to a request for one. Throws a `SupabaseError` (502) when it is missing. */
function parseTotal(response: SupabaseResponse): number {
  const total = parseRange(response)[3] as string
  if (total === '*') throw invalidResponse('The total is missing')
  return Number(total)
}

function trim(body: Buffer): Buffer {
  let start = 0
  let end = body.length
  while (start < end && isWhitespace(body[start])) start++
  while (end > start && isWhitespace(body[end - 1])) end--
  return end - start === body.length ? body : body.subarray(start, end)
}

/** JSON's: space, tab, line feed, carriage return. */
function isWhitespace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d
}

/** What `JSON.parse` calls for each value. TypeScript does not know yet that it shows a number as it is written. */
type Revive = (name: string, value: unknown, context: { source: string }) => unknown

/** The rows of a page. Throws a `SupabaseError` (502) when they are no JSON. */
export function parseRows<T = Record<string, unknown>>({ rows }: Page, revive?: Revive): T[] {
  try {
    return JSON.parse(rows.toString(), revive as Parameters<typeof JSON.parse>[1])
  } catch (cause) {
    throw invalidResponse('The rows are no JSON', { cause })
  }
}

/**
 * PostgREST tells which rows these are, and of how many: `0-9/84`, with a `*` for no rows and for an unknown total. Groups
 * 1 to 3: the first, the last and the total.
 */
function parseRange({ headers }: SupabaseResponse): RegExpExecArray {
  const range = /^(?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(headers['content-range'] ?? '')
  if (!range) throw invalidResponse('The rows are not counted')
  return range
}
