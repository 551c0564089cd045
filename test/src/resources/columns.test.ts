import { readFileSync } from 'node:fs'
import t from 'tap'
import { createRowSchema } from '../../../src/resources/contract.ts'
import { mixtures } from '../../../src/resources/mixtures.ts'
import { molecules } from '../../../src/resources/molecules.ts'
import type { Resource } from '../../../src/resources/resource.ts'

/** How a column's value is written in JSON. */
const TYPES: Record<string, object> = {
  uuid: { type: 'string', format: 'uuid' },
  integer: { type: 'integer', format: 'int32' },
  text: { type: 'string' },
  numeric: { type: 'number' },
  timestamptz: { type: 'string', format: 'date-time' }
}

for (const resource of [molecules, mixtures]) {
  const sql = readFileSync(
    new URL('../../../supabase/migrations/20261124190000_cryoprotect.sql', import.meta.url),
    'utf8'
  )
  const [, table = ''] = new RegExp(`create table ${resource.table} \\((.*?)\\n\\);`, 's').exec(sql) ?? []
  const columns = table
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', type = ''] = line.trim().split(/[ ,]/)
      return { name, nullable: !/primary key|not null/.test(line), json: TYPES[type] as { type: string } }
    })

  t.test(`the declared columns of ${resource.plural} are those of the table, in its order`, (t) => {
    const described = Object.entries(createRowSchema(resource).properties as Record<string, { description?: string }>)
    t.strictSame(
      described
        .filter(([name]) => name in resource.columns && !resource.columns[name]?.select)
        .map(([name, { description: _, ...schema }]) => [name, schema]),
      columns.map(({ name, nullable, json: { type, ...format } }) => [
        name,
        { type: nullable ? [type, 'null'] : type, ...format }
      ])
    )
    t.end()
  })

  t.test(`the total order of ${resource.plural} puts rows without a value last and ends with the id`, (t) => {
    for (const { name, nullable } of columns) {
      const rest = name === 'id' ? '' : ',id.asc'
      t.equal(resource.toTotalOrder(`${name}.desc`), `${name}.desc${nullable ? '.nullslast' : ''}${rest}`)
      t.equal(resource.toTotalOrder(`${name}.asc`), `${name}.asc${rest}`)
    }
    t.end()
  })
}

t.test('only resources with embedded rows name all their columns in select', (t) => {
  const select = ({ table, toColumns, toSelect }: Resource, columns?: string) => toSelect(toColumns(columns), table)
  t.equal(select(molecules), undefined)
  t.equal(select(molecules, 'name,id'), 'name,id')
  t.equal(select(mixtures, 'name,id'), 'name,id')
  const components = 'components:mixture_components(concentration,concentration_unit,molecule:molecules(id,name))'
  t.equal(select(mixtures, 'components,id'), `${components},id`)
  t.equal(select(mixtures), `id,name,description,source,created_at,updated_at,${components}`)
  t.end()
})
