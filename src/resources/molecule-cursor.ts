import type { Filters } from '../supabase/filters.ts'
import { type Page, rowsOf } from '../supabase/page.ts'
import { isFilled, isValueOf } from './molecule-columns.ts'

/** A value as PostgreSQL writes it; `null` where there is none. */
type Value = string | null

interface Key {
  readonly column: string
  readonly descending: boolean
}

/** Where a page begins in a total order: behind a row, or at the start, and a number of rows further on. */
export interface Position {
  readonly order: string
  /** The row's values in the columns of the order up to its id; none for the start. */
  readonly anchor: readonly Value[]
  readonly skip: number
}

/**
 * The most bytes of an anchor's values as JSON. Most are shorter, and a URL that has them twice, percent-encoded, beside
 * the longest filters fits into the 16 KiB that servers take.
 */
const MAX_ANCHOR_BYTES = 500
const MAX_SKIP = 2 ** 31 - 1

/** The longest cursor: an order with every column, an anchor and a number, in Base64. */
export const MAX_CURSOR_LENGTH = 1_000

/** The position that a cursor names; an empty one names the start. `undefined` for what is no cursor of this total order. */
export function parseCursor(cursor: string, order: string): Position | undefined {
  if (cursor === '') return { order, anchor: [], skip: 0 }
  const [ownOrder, ...anchor] = contentOf(cursor)
  const skip = typeof anchor.at(-1) === 'number' ? (anchor.pop() as number) : 0
  if (ownOrder !== order || !Number.isInteger(skip) || skip < 0 || skip > MAX_SKIP) return
  if (anchor.length === 0) return { order, anchor: [], skip }
  return isAnchor(anchor, order) ? { order, anchor, skip } : undefined
}

/** The conditions that the molecules behind a position's anchor meet. */
export function filterBehind({ order, anchor }: Position): Filters {
  return anchor.length ? { and: `(${behind(keysOf(order), anchor)})` } : {}
}

/**
 * The cursor of the position at the end of a page that began at `begin`: what the next one needs to begin there, however
 * many rows come before. `undefined` for an empty page. The page must have the columns of the order.
 *
 * The anchor is the last row that can be one. Those behind it, with values that are too long or unusual, are skipped.
 */
export function cursorAtEnd(page: Page, { order, anchor, skip }: Position): string | undefined {
  const rows = rowsOf<Record<string, Value>>(page, textOf)
  if (rows.length === 0) return
  const columns = cursorColumns(order)
  for (let i = rows.length - 1; i >= 0; i--) {
    const values = columns.map((column) => rows[i]?.[column])
    if (isAnchor(values, order)) return write({ order, anchor: values, skip: rows.length - 1 - i })
  }
  return write({ order, anchor, skip: skip + rows.length })
}

function write({ order, anchor, skip }: Position): string {
  return Buffer.from(JSON.stringify([order, ...anchor, ...(skip ? [skip] : [])])).toString('base64url')
}

/** Whether the values are short, and those that a row can have in the columns of the order. */
function isAnchor(values: readonly unknown[], order: string): values is readonly Value[] {
  const columns = cursorColumns(order)
  const fits = (column: string, i: number) => {
    const value = values[i]
    return value === null ? !isFilled(column) : typeof value === 'string' && isValueOf(column, value)
  }
  return (
    values.length === columns.length &&
    columns.every(fits) &&
    Buffer.byteLength(JSON.stringify(values)) <= MAX_ANCHOR_BYTES
  )
}

/** The columns whose name a page must have, so that the next one can begin at its end. */
export function cursorColumns(order: string): string[] {
  return keysOf(order).map(({ column }) => column)
}

/** Up to the id, which is never equal. */
function keysOf(order: string): Key[] {
  const keys = order.split(',').map((item) => {
    const [column = '', direction] = item.split('.')
    return { column, descending: direction === 'desc' }
  })
  return keys.slice(0, keys.findIndex(({ column }) => column === 'id') + 1)
}

function contentOf(cursor: string): unknown[] {
  try {
    return [JSON.parse(Buffer.from(cursor, 'base64url').toString())].flat()
  } catch {
    return []
  }
}

/**
 * PostgREST's notation (https://docs.postgrest.org/en/stable/references/api/tables_views.html#logical-operators) of what
 * comes behind these values. Rows that lack a value come last. For columns that are filled it begins with a bound that an
 * index can use.
 */
function behind([key, ...keys]: readonly Key[], [value, ...values]: readonly Value[]): string {
  const { column, descending } = key as Key
  if (value == null) return `and(${column}.is.null,${behind(keys, values)})`
  const beyond = `${column}.${descending ? 'lt' : 'gt'}.${quoted(value)}`
  if (keys.length === 0) return beyond
  const rest = behind(keys, values)
  if (!isFilled(column)) return `or(${beyond},${column}.is.null,and(${column}.eq.${quoted(value)},${rest}))`
  return `and(${column}.${descending ? 'lte' : 'gte'}.${quoted(value)},or(${beyond},${rest}))`
}

function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`
}

/** Numbers stay as they are written: they may have more digits than a number of ours. */
function textOf(_key: string, value: unknown, { source }: { source: string }): unknown {
  return typeof value === 'number' ? source : value
}
