/** The columns of molecules, in the order of the table. */
export const moleculeColumns: readonly string[] = [
  'id',
  'cid',
  'name',
  'molecular_formula',
  'smiles',
  'molecular_weight',
  'pubchem_link',
  'source',
  'created_at',
  'updated_at'
]

/** Those that have a value in every row. */
const filled: ReadonlySet<string> = new Set(['id', 'name', 'created_at', 'updated_at'])

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
    return direction === 'asc' || filled.has(column) ? item : `${item}.nullslast`
  })
  return items.some((item) => item.startsWith('id.')) ? items.join() : [...items, 'id.asc'].join()
}
