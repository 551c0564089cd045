// Lists as tables for a spreadsheet. The API's CSV is for programs: it has rows of other tables as JSON in one field.

/** All columns, and a column for each property. */
export function toMoleculeCsv(molecules) {
  const names = Object.keys(molecules[0] ?? {}).filter((name) => name !== 'properties')
  const rows = molecules.map(({ properties = [], ...columns }) => ({ columns, values: groupValues(properties) }))
  const properties = [...new Set(rows.flatMap(({ values }) => [...values.keys()]))].sort()
  const lines = rows.map(({ columns, values }) => [
    ...names.map((name) => columns[name] ?? ''),
    ...properties.map((name) => (values.get(name) ?? []).join('; '))
  ])
  return toCsv([...names, ...properties], lines)
}

/** A line for each component of each mixture. */
export function toComponentCsv(mixtures) {
  const lines = mixtures.flatMap(({ name, source, components }) =>
    components.map(({ concentration, concentration_unit, molecule }) => [
      name,
      molecule?.name ?? '',
      concentration,
      concentration_unit,
      source ?? ''
    ])
  )
  return toCsv(['mixture', 'molecule', 'concentration', 'unit', 'source'], lines)
}

/** The values of each property by its name and unit: there may be several, of different sources. */
function groupValues(properties) {
  const values = new Map()
  for (const { numeric_value, text_value, boolean_value, property_type } of properties) {
    if (!property_type) continue
    const { name, units } = property_type
    const column = units ? `${name} (${units})` : name
    values.set(column, [...(values.get(column) ?? []), numeric_value ?? text_value ?? boolean_value])
  }
  return values
}

/** The mark at its beginning tells Excel that it is UTF-8. */
const toCsv = (head, lines) => new Blob(['\ufeff', ...[head, ...lines].map(toLine)], { type: 'text/csv' })

const toLine = (fields) => `${fields.map(quote).join()}\r\n`

function quote(field) {
  // A spreadsheet would run it: https://owasp.org/www-community/attacks/CSV_Injection
  const text = /^[=+\-@\t\r]/.test(field) && Number.isNaN(Number(field)) ? `'${field}` : field
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
