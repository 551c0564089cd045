/** What the database has in a column. */
interface Column {
  /** Whether a text is a value that PostgreSQL takes, written as PostgreSQL writes it. It may refuse some that it takes. */
  readonly isValue: (text: string) => boolean
  /** Whether there is one in every row. */
  readonly filled: boolean
}

/** PostgreSQL's `integer`. */
const MIN_INTEGER = -(2 ** 31)
const MAX_INTEGER = 2 ** 31 - 1

const isId = createMatcher(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
const isText = createMatcher(/^[^\0]*$/)
const isDecimal = createMatcher(/^(-?\d{1,200}(\.\d{1,200})?|NaN|-?Infinity)$/)
const isInteger = (text: string) =>
  /^-?\d{1,10}$/.test(text) && Number(text) >= MIN_INTEGER && Number(text) <= MAX_INTEGER

const TIME = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?[+-](0\d|1[0-5]):[0-5]\d$/
const isTime = (text: string) => {
  const date = TIME.exec(text)?.[1]
  return date === undefined ? /^-?infinity$/.test(text) : isDate(date)
}

/** The columns of molecules by name, in the order of the table. */
const columns: Readonly<Record<string, Column>> = {
  id: { isValue: isId, filled: true },
  cid: { isValue: isInteger, filled: false },
  name: { isValue: isText, filled: true },
  molecular_formula: { isValue: isText, filled: false },
  smiles: { isValue: isText, filled: false },
  inchikey: { isValue: isText, filled: false },
  molecular_weight: { isValue: isDecimal, filled: false },
  pubchem_link: { isValue: isText, filled: false },
  source: { isValue: isText, filled: false },
  created_at: { isValue: isTime, filled: true },
  updated_at: { isValue: isTime, filled: true }
}

export const moleculeColumns: readonly string[] = Object.keys(columns)

/** Whether a text is a value that this column can have, as PostgreSQL writes it: a query with it does not fail. */
export function isValueOf(column: string, text: string): boolean {
  return columns[column]?.isValue(text) === true
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

function createMatcher(pattern: RegExp): Column['isValue'] {
  return (text) => pattern.test(text)
}

/** Whether there is such a day, for instance `2024-02-29`. JavaScript may take one that is not for a later one. */
function isDate(date: string): boolean {
  const time = Date.parse(date)
  // PostgreSQL knows no year 0.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date) && !date.startsWith('0000')
}
