// Writes what the documentation takes from the sources, below the working directory: the OpenAPI document, the types of a
// client of it, and the tables of settings.
import { readFileSync, writeFileSync } from 'node:fs'
import openapiTS, { astToString } from 'openapi-typescript'
import { buildApp } from '../src/app.ts'
import { settings } from '../src/config.ts'

// The project is never asked.
const environment = { SUPABASE_URL: 'http://127.0.0.1:9', SUPABASE_KEY: 'unused', DB_POOL_MIN_SIZE: '0' }
const app = await buildApp({ environment })
await app.ready()
const document = (await app.inject('/openapi.json')).json()
await app.close()

writeFileSync('openapi.json', `${JSON.stringify(document, null, 2)}\n`)
const types = astToString(await openapiTS(document))
writeFileSync(
  'test/support/openapi/client.d.ts',
  `// Made from openapi.json by openapi-typescript: npm run docs\n${types}`
)

/** A table of settings stands between these; without names it has all of them. */
const TABLE = /(<!-- npm run docs: settings(.*?) -->\n).*?(<!-- end -->)/gs

for (const path of ['README.md', 'docs/configuration.md']) {
  const text = readFileSync(path, 'utf8')
  const fill = (_: string, start: string, names: string, end: string) => start + tableOfSettings(names) + end
  writeFileSync(path, text.replace(TABLE, fill))
}

function tableOfSettings(names: string): string {
  const schemas: Readonly<Record<string, SettingSchema>> = settings.properties
  const rows = (names.match(/\w+/g) ?? Object.keys(schemas)).map((name) => {
    const schema = schemas[name] as SettingSchema
    const value = schema.default === undefined ? '' : `\`${schema.default}\``
    return [`\`${name}\``, value, describeValues(schema), schema.description as string]
  })
  return formatTable(['setting', 'default', 'values', 'meaning'], rows)
}

interface SettingSchema {
  readonly default?: unknown
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly type?: string
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
}

function describeValues({ enum: values, type, minimum, exclusiveMinimum, maximum }: SettingSchema): string {
  if (values) return values.join(', ')
  if (type === 'boolean') return 'true, false'
  if (type === 'string') return 'text'
  return minimum === undefined ? `> ${exclusiveMinimum}, ≤ ${maximum}` : `${minimum} to ${maximum}`
}

function formatTable(head: readonly string[], rows: readonly string[][]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => (row[column] as string).length)))
  const lines = [head, widths.map((width) => '-'.repeat(width)), ...rows]
  return lines.map((row) => `| ${row.map((cell, i) => cell.padEnd(widths[i] as number)).join(' | ')} |\n`).join('')
}
