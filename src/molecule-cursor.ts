import { isFilled, isValueOf } from './molecule-columns.ts'
import type { Filters } from './supabase/conditions.ts'
import { type Page, rowsOf } from './supabase/page.ts'

/** A value as PostgreSQL writes it; `null` where there is none. */
type Value = string | null

interface Key {
  readonly column: string
  readonly descending: boolean
}

/**
 * Where a page ends that has been asked for in this total order: what the next one needs to begin there, however many rows
 * come before. `undefined` for an empty page. The page must have the columns of the order.
 */
export function cursorAtEnd(page: Page, order: string): string | undefined {
  const row = rowsOf<Record<string, Value>>(page, textOf).at(-1)
  if (!row) return
  const values = keysOf(order).map(({ column }) => row[column])
  return Buffer.from(JSON.stringify([order, ...values])).toString('base64url')
}

/** The conditions that the molecules behind a cursor meet; `undefined` for a text that is no cursor of this total order. */
export function behindCursor(cursor: string, order: string): Filters | undefined {
  const keys = keysOf(order)
  const [ownOrder, ...values] = contentOf(cursor)
  const fits = ({ column }: Key, i: number) => {
    const value = values[i]
    return value === null ? !isFilled(column) : typeof value === 'string' && isValueOf(column, value)
  }
  if (ownOrder !== order || values.length !== keys.length || !keys.every(fits)) return
  return { and: `(${behind(keys, values as Value[])})` }
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
