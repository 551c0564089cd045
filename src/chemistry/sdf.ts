/** A data field's value; `null` leaves the field out. */
type Value = string | number | boolean | null

/**
 * A record of an SD file: a molfile and data fields
 * (CTfile Formats, https://discover.3ds.com/ctfile-documentation-request-form).
 */
export function toSdfRecord(molfile: string, fields: Readonly<Record<string, Value>>): string {
  const data = Object.entries(fields)
    .filter(([, value]) => value !== null && value !== '')
    // An empty line ends a value, and brackets a field's name.
    .map(([name, value]) => `>  <${toLine(name).replace(/[<>]/g, '')}>\n${toLine(String(value))}\n\n`)
  return `${molfile}${data.join('')}$$$$\n`
}

/** The text on one line of an SD file, where `$$$$` at the beginning would end the record. */
export function toLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').replace(/^\$\$\$\$/, ' $&')
}
