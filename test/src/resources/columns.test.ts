import { readFileSync } from 'node:fs'
import t from 'tap'
import { isColumnList, isOrder, moleculeColumns, totalOrder } from '../../../src/resources/molecule-columns.ts'

t.test('the columns are those of the table', (t) => {
  const schema = readFileSync(
    new URL('../../../supabase/migrations/20261124190000_cryoprotect.sql', import.meta.url),
    'utf8'
  )
  const [, table = ''] = /create table molecules \((.*?)\n\);/s.exec(schema) ?? []
  const lines = table.trim().split('\n')
  t.strictSame(
    lines.map((line) => line.trim().split(' ')[0]),
    moleculeColumns
  )
  for (const line of lines) {
    const column = String(line.trim().split(' ')[0])
    const nullable = !/primary key|not null/.test(line)
    t.equal(totalOrder(`${column}.desc`).includes('nullslast'), nullable, column)
  }
  t.end()
})

t.test('lists of columns and orders', (t) => {
  t.ok(isColumnList('id'))
  t.ok(isColumnList(moleculeColumns.toReversed().join()))
  for (const text of ['', 'id,', 'id,id', 'x', 'id, cid', 'id.asc']) t.notOk(isColumnList(text), text)
  t.ok(isOrder('id.asc'))
  t.ok(isOrder('cid.desc,id.asc'))
  for (const text of ['', 'id', 'id.asc,', 'id.asc,id.desc', 'x.asc', 'id.asc.nullslast']) t.notOk(isOrder(text), text)
  t.end()
})
