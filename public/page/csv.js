// Molecules as a table for a spreadsheet. The API's CSV is for programs: it has the properties as JSON in one field.

/** CSV with all columns and a column for each property; the mark at its beginning tells Excel that it is UTF-8. */
export function toCsv(molecules) {
  const names = Object.keys(molecules[0] ?? {}).filter((name) => name !== 'properties')
  const rows = molecules.map(({ properties = [], ...columns }) => ({ columns, values: groupValues(properties) }))
  const properties = [...new Set(rows.flatMap(({ values }) => [...values.keys()]))].sort()
  const lines = rows.map(({ columns, values }) => [
    ...names.map((name) => columns[name] ?? ''),
    ...properties.map((name) => (values.get(name) ?? []).join('; '))
  ])
  return `\ufeff${[[...names, ...properties], ...lines].map(toLine).join('')}`
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

const toLine = (fields) => `${fields.map(quote).join()}\r\n`

const quote = (field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)
