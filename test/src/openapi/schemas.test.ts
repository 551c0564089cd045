import { readFileSync } from 'node:fs'
import t from 'tap'
import { schemas } from '../../../src/openapi/schemas.ts'

/** How a column's value is written in JSON. */
const TYPES: Record<string, object> = {
  uuid: { type: 'string', format: 'uuid' },
  integer: { type: 'integer', format: 'int32' },
  text: { type: 'string' },
  numeric: { type: 'number' },
  timestamptz: { type: 'string', format: 'date-time' }
}

t.test('a molecule is a row of its table', (t) => {
  const sql = readFileSync(
    new URL('../../../supabase/migrations/20261124190000_cryoprotect.sql', import.meta.url),
    'utf8'
  )
  const [, table = ''] = /create table molecules \((.*?)\n\);/s.exec(sql) ?? []
  const columns = table
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', type = ''] = line.trim().split(/[ ,]/)
      const { type: own, ...format } = TYPES[type] as { type: string }
      return [name, { type: /primary key|not null/.test(line) ? own : [own, 'null'], ...format }]
    })
  const described = Object.entries(schemas.Molecule?.properties as Record<string, { description?: string }>)
  t.strictSame(
    described.map(([name, { description: _, ...schema }]) => [name, schema]),
    columns
  )
  t.end()
})
