/** What the database has in a column. */
interface Column {
  /** How a value is written. */
  readonly notation: RegExp
  /** Whether there is one in every row. */
  readonly filled: boolean
}

const TEXT = /^[^\0]*$/
const TIME = /^\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?[+-]\d\d:\d\d$/

/** The columns of molecules by name, in the order of the table. */
const columns: Readonly<Record<string, Column>> = {
  id: { notation: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, filled: true },
  cid: { notation: /^\d{1,9}$/, filled: false },
  name: { notation: TEXT, filled: true },
  molecular_formula: { notation: TEXT, filled: false },
  smiles: { notation: TEXT, filled: false },
  molecular_weight: { notation: /^-?\d{1,100}(\.\d{1,100})?$/, filled: false },
  pubchem_link: { notation: TEXT, filled: false },
  source: { notation: TEXT, filled: false },
  created_at: { notation: TIME, filled: true },
  updated_at: { notation: TIME, filled: true }
}

export const moleculeColumns: readonly string[] = Object.keys(columns)

/** Whether a text is a value of this column, as PostgreSQL writes it. */
export function isValueOf(column: string, text: string): boolean {
  return columns[column]?.notation.test(text) === true
}

/** Whether the column has a value in every row. */
export function isFilled(column: string): boolean {
  return columns[column]?.filled === true
}

/** Whether a text is columns, separated by commas and each once, for instance `id,name`. */
export function isColumnList(text: string): boolean {
  const columns = text.split(',')
  return new Set(columns).size === columns.length && columns.every((column) => moleculeColumns.includes(column))
}

/** Whether a text is columns with a direction, separated by commas and each once, for instance `name.asc,cid.desc`. */
export function isOrder(text: string): boolean {
  const columns = text.split(',').map((item) => /^(\w+)\.(asc|desc)$/.exec(item)?.[1])
  return isColumnList(columns.join())
}

/**
 * PostgREST's notation of an order that `isOrder`: without gaps, so that pages do not overlap, and with rows that lack the
 * value at the end, whatever the direction.
 */
export function totalOrder(order: string): string {
  const items = order.split(',').map((item) => {
    const [column = '', direction] = item.split('.')
    return direction === 'asc' || isFilled(column) ? item : `${item}.nullslast`
  })
  return items.some((item) => item.startsWith('id.')) ? items.join() : [...items, 'id.asc'].join()
}
