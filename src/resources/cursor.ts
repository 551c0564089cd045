import type { Filters } from '../supabase/filters.ts'
import type { Page } from '../supabase/page.ts'
import { parseExactRows } from './exact-rows.ts'
import type { Resource } from './resource.ts'

type Columns = Pick<Resource, 'columns'>

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

/** The position that a cursor names; an empty one names the start. `undefined` unless it is a cursor of this total order. */
export function parseCursor(resource: Columns, cursor: string, order: string): Position | undefined {
  if (cursor === '') return { order, anchor: [], skip: 0 }
  const [ownOrder, ...anchor] = parseContent(cursor)
  const skip = typeof anchor.at(-1) === 'number' ? (anchor.pop() as number) : 0
  if (ownOrder !== order || !Number.isInteger(skip) || skip < 0 || skip > MAX_SKIP) return
  if (anchor.length === 0) return { order, anchor: [], skip }
  return isAnchor(resource, anchor, order) ? { order, anchor, skip } : undefined
}

/** The filters that the rows behind a position's anchor meet. */
export function filterBehind(resource: Resource, { order, anchor }: Position): Filters {
  return anchor.length ? { and: `(${buildFilter(resource, parseKeys(order), anchor)})` } : {}
}

/**
 * The cursor of the position at the end of a page that began at `begin`: what the next one needs to begin there, however
 * many rows come before. `undefined` for an empty page. The page must have the columns of the order.
 *
 * The anchor is the last row that can be one. Those behind it, with values that are too long or unusual, are skipped.
 */
export function cursorAtEnd(resource: Resource, page: Page, { order, anchor, skip }: Position): string | undefined {
  const rows = parseExactRows<Record<string, Value>>(page)
  if (rows.length === 0) return
  const columns = cursorColumns(order)
  for (let i = rows.length - 1; i >= 0; i--) {
    const values = columns.map((column) => rows[i]?.[column])
    if (isAnchor(resource, values, order)) return writeCursor({ order, anchor: values, skip: rows.length - 1 - i })
  }
  return writeCursor({ order, anchor, skip: skip + rows.length })
}

/** The columns that a page must have, so that the next one can begin at its end. */
export function cursorColumns(order: string): string[] {
  return parseKeys(order).map(({ column }) => column)
}

/** The cursor that names a position. */
export function writeCursor({ order, anchor, skip }: Position): string {
  return Buffer.from(JSON.stringify([order, ...anchor, ...(skip ? [skip] : [])])).toString('base64url')
}

function parseContent(cursor: string): unknown[] {
  try {
    return [JSON.parse(Buffer.from(cursor, 'base64url').toString())].flat()
  } catch {
    return []
  }
}

/** Whether the values are short, and such as a row can have in the columns of the order. */
function isAnchor({ columns }: Columns, values: readonly unknown[], order: string): values is readonly Value[] {
  const names = cursorColumns(order)
  const fits = (name: string, i: number) => {
    const value = values[i]
    if (value === null) return columns[name]?.nullable === true
    return typeof value === 'string' && columns[name]?.isValue?.(value) === true
  }
  return (
    values.length === names.length && names.every(fits) && Buffer.byteLength(JSON.stringify(values)) <= MAX_ANCHOR_BYTES
  )
}

/** Up to the id, which is never equal. */
function parseKeys(order: string): Key[] {
  const keys = order.split(',').map((item) => {
    const [column = '', direction] = item.split('.')
    return { column, descending: direction === 'desc' }
  })
  return keys.slice(0, keys.findIndex(({ column }) => column === 'id') + 1)
}

/**
 * PostgREST's syntax (https://docs.postgrest.org/en/stable/references/api/tables_views.html#logical-operators) for rows
 * that come behind these values. Rows without a value come last. For columns that are not nullable it begins with a bound
 * that an index can use.
 */
function buildFilter(resource: Resource, [key, ...keys]: readonly Key[], [value, ...values]: readonly Value[]): string {
  const { column, descending } = key as Key
  if (value == null) return `and(${column}.is.null,${buildFilter(resource, keys, values)})`
  const beyond = `${column}.${descending ? 'lt' : 'gt'}.${quote(value)}`
  if (keys.length === 0) return beyond
  const rest = buildFilter(resource, keys, values)
  if (resource.columns[column]?.nullable) {
    return `or(${beyond},${column}.is.null,and(${column}.eq.${quote(value)},${rest}))`
  }
  return `and(${column}.${descending ? 'lte' : 'gte'}.${quote(value)},or(${beyond},${rest}))`
}

function quote(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`
}
