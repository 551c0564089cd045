import { splitDirection } from '../http/schemas.ts'
import type { Condition, Filters } from '../supabase/filters.ts'
import type { Column } from './column.ts'
import type { Filter, Lookup } from './filter.ts'

/** What the service knows of a table: everything that it takes to serve it. */
interface Declaration {
  /** The table or view. */
  readonly table: string
  /** What its rows are called in responses, and, with hyphens, in paths. */
  readonly plural: string
  readonly singular: string
  /** By name, in the order of a response that has them all. `id` is the primary key, a `uuid`. */
  readonly columns: Readonly<Record<string, Column>>
  /** Rows of other tables that the parameter `include` adds, by name. */
  readonly includes?: Readonly<Record<string, Column>>
  /** By the name of their query parameter. */
  readonly filters: Readonly<Record<string, Filter>>
  /** Numeric properties that rows can be filtered and ordered by: the view and its JSON column that has them by type. */
  readonly properties?: { readonly view: string; readonly column: string }
  /** The columns of what rows can be searched by and be written as SD files: a SMILES, and what it is called. */
  readonly structures?: { readonly smiles: string; readonly name: string }
  /** The order of a list unless the caller names another, for instance `name.asc`. */
  readonly order: string
  /** What the OpenAPI document shows; true for the data of the embedded Supabase. */
  readonly examples: {
    readonly row: Readonly<Record<string, unknown>>
    /** A value of each filter, one at least. The first alone, and all of them together, find that row and no other. */
    readonly filters: Readonly<Record<string, string | number | readonly string[]>>
    /** Some columns, whose values in that row need no quotes in CSV. */
    readonly columns: readonly string[]
  }
}

/** What a list asks the Data API for. */
export interface ListRequest {
  /** The table, or the view that has what the query filters or orders by. */
  readonly relation: string
  readonly filters: Filters
}

/** A filter whose rows can be looked up. */
export interface UsedLookup {
  /** Its query parameter. */
  readonly name: string
  /** What it filters by without the lookup. */
  readonly column: string
  readonly lookup: Lookup
  readonly conditions: readonly Condition[]
}

/** A declared table, with what follows from its declaration. */
export interface Resource extends Declaration {
  readonly columnNames: readonly string[]
  /** Its path below `/api/`. */
  readonly path: string
  /**
   * The total order in PostgREST's syntax for the columns and directions of an `order` parameter, or for its default: `id`
   * decides between rows that are equal, so that pages do not overlap, and rows without a value come last, whatever the
   * direction. `toPropertyColumn` gives the column of `property.<name>`.
   */
  toTotalOrder(order?: string, toPropertyColumn?: (name: string) => string): string
  /** The filter of a query whose rows can be looked up, if it has one. */
  findLookup(query: Readonly<Record<string, unknown>>): UsedLookup | undefined
  /** What to ask for a query that its schema has checked. An empty text filters nothing. */
  toRequest(query: Readonly<Record<string, unknown>>): ListRequest
  /** The same without views that the project lacks; undefined where nothing can stand in for one. */
  toFallback(query: Readonly<Record<string, unknown>>): ListRequest | undefined
  /** The names of the columns in a response, for the parameters `select` and `include`. */
  toColumns(select?: string, include?: string): readonly string[]
  /** PostgREST's `select` for these columns of a relation; undefined for all columns of the table. */
  toSelect(columns: readonly string[], relation: string): string | undefined
}

/** Derives what serving a table takes from its declaration. */
export function defineResource(declaration: Declaration): Resource {
  const { table, plural, columns, includes = {}, filters, properties } = declaration
  const columnNames = Object.keys(columns)
  const embedsRows = columnNames.some((name) => columns[name]?.select)
  const filterEntries = Object.entries(filters)
  const lookupEntries = filterEntries.filter(([, { lookup }]) => lookup)

  /** The filters that a query uses, with their values. */
  const findUsed = (query: Readonly<Record<string, unknown>>) => {
    const used: { filter: Filter; value: unknown }[] = []
    for (const [name, filter] of filterEntries) {
      const value = query[name]
      if (value !== undefined && value !== '') used.push({ filter, value })
    }
    return used
  }

  const toRequest = (used: readonly { filter: Filter; value: unknown }[]): ListRequest => {
    const conditions: Record<string, Condition[]> = {}
    for (const { filter, value } of used) {
      conditions[filter.column] ??= []
      conditions[filter.column]?.push(...filter.toConditions(value))
    }
    return { relation: used.find(({ filter }) => filter.view)?.filter.view ?? table, filters: conditions }
  }

  const toTotalOrder = (order: string, toPropertyColumn?: (name: string) => string) => {
    const items = order.split(',').map((item) => {
      const [name, direction] = splitDirection(item)
      const property = toPropertyColumn && /^property\.(.*)$/s.exec(name)?.[1]
      const column = property === undefined ? name : toPropertyColumn?.(property)
      const isNullable = property !== undefined || columns[name]?.nullable
      return `${column}.${direction}${direction === 'desc' && isNullable ? '.nullslast' : ''}`
    })
    return items.some((item) => item.startsWith('id.')) ? items.join() : [...items, 'id.asc'].join()
  }
  /** By a single column, as most callers order. */
  const knownOrders = new Map(
    columnNames.flatMap((name) => [`${name}.asc`, `${name}.desc`]).map((order) => [order, toTotalOrder(order)])
  )

  return {
    ...declaration,
    columnNames,
    path: plural.replaceAll('_', '-'),
    toTotalOrder: (order = declaration.order, toPropertyColumn) =>
      knownOrders.get(order) ?? toTotalOrder(order, toPropertyColumn),
    findLookup: (query) => {
      for (const [name, { column, lookup, toConditions }] of lookupEntries) {
        const value = query[name]
        if (value && lookup) return { name, column, lookup, conditions: toConditions(value) }
      }
    },
    toRequest: (query) => {
      const request = toRequest(findUsed(query))
      return properties && usesProperties(query) ? { ...request, relation: properties.view } : request
    },
    toFallback: (query) => {
      if (usesProperties(query)) return
      const used = findUsed(query).map(({ filter, value }) => ({ filter: filter.fallback ?? filter, value }))
      return used.some(({ filter }) => filter.view) ? undefined : toRequest(used)
    },
    toColumns: (select, include) => {
      const names = select?.split(',') ?? columnNames
      return include === undefined ? names : [...names, ...include.split(',')]
    },
    toSelect: (names, relation) => {
      if (relation === table && names === columnNames && !embedsRows) return undefined
      return names.map((name) => columns[name]?.select ?? includes[name]?.select ?? name).join()
    }
  }
}

/** Whether a query filters or orders by properties. */
export function usesProperties({ property, order = '' }: Readonly<Record<string, unknown>>): boolean {
  return property !== undefined || /(^|,)property\./.test(order as string)
}
