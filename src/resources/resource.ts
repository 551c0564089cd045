import type { Condition, Filters } from '../supabase/filters.ts'
import type { Column } from './column.ts'
import type { Filter } from './filter.ts'

/** What the service knows of a table: everything that it takes to serve it. */
interface Declaration {
  /** The table or view. */
  readonly table: string
  /** What its rows are called in paths and responses. */
  readonly plural: string
  readonly singular: string
  /** By name, in the order of a response that has them all. `id` is the primary key, a `uuid`. */
  readonly columns: Readonly<Record<string, Column>>
  /** By the name of their query parameter. */
  readonly filters: Readonly<Record<string, Filter>>
  /** The order of a list unless the caller names another, for instance `name.asc`. */
  readonly order: string
  /** What the OpenAPI document shows; true for the data of the embedded Supabase. */
  readonly examples: {
    readonly row: Readonly<Record<string, unknown>>
    /** A value of each filter. The first alone, and all of them together, find that row and no other. */
    readonly filters: Readonly<Record<string, string | number>>
    /** Some columns, whose values in that row need no quotes in CSV. */
    readonly columns: readonly string[]
  }
}

/** A declared table, with what follows from its declaration. */
export interface Resource extends Declaration {
  readonly columnNames: readonly string[]
  /**
   * The total order in PostgREST's syntax for the columns and directions of an `order` parameter: `id` decides between rows
   * that are equal, so that pages do not overlap, and rows without a value come last, whatever the direction.
   */
  toTotalOrder(order: string): string
  /** The filters of a query that its schema has checked. An empty text filters nothing. */
  toFilters(query: Readonly<Record<string, unknown>>): Filters
  /** PostgREST's `select` for the columns of a `select` parameter; all columns unless given. */
  toSelect(columns: string | undefined): string | undefined
}

/** Derives what serving a table takes from its declaration. */
export function defineResource(declaration: Declaration): Resource {
  const { columns, filters } = declaration
  const columnNames = Object.keys(columns)
  const embedsRows = columnNames.some((name) => columns[name]?.select)

  return {
    ...declaration,
    columnNames,
    toTotalOrder: (order) => {
      const items = order.split(',').map((item) => {
        const [name = '', direction] = item.split('.')
        return direction === 'desc' && columns[name]?.nullable ? `${item}.nullslast` : item
      })
      return items.some((item) => item.startsWith('id.')) ? items.join() : [...items, 'id.asc'].join()
    },
    toFilters: (query) => {
      const conditions: Record<string, Condition[]> = {}
      for (const name in filters) {
        const value = query[name]
        if (value === undefined || value === '') continue
        const { column, toCondition } = filters[name] as Filter
        conditions[column] ??= []
        conditions[column].push(toCondition(String(value)))
      }
      return conditions
    },
    toSelect: (list) => {
      if (!embedsRows) return list
      return (list?.split(',') ?? columnNames).map((name) => columns[name]?.select ?? name).join()
    }
  }
}
