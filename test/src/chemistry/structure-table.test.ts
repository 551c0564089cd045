import t from 'tap'
import { FINGERPRINT_WORDS, readCode, readId, StructureTable } from '../../../src/chemistry/structure-table.ts'
import { toId } from '../../support/chemistry/generated.ts'

t.test('rows keep their ids, codes and fingerprints however large the table grows', (t) => {
  const table = new StructureTable()
  const count = 5000
  const code = (i: number) => `${i}@`.repeat(1 + (i % 40))
  for (let i = 0; i < count; i++) {
    t.equal(table.add(toId(i), { code: code(i), fingerprint: Array(FINGERPRINT_WORDS).fill(-i) }), i)
  }
  const { view } = table
  t.equal(view.rows, count)
  for (let i = 0; i < count; i++) {
    if (readId(view, i) !== toId(i)) t.fail(`row ${i}`)
    if (readCode(view, i) !== code(i)) t.fail(`row ${i}`)
    if (view.fingerprints[i * FINGERPRINT_WORDS + 15] !== -i) t.fail(`row ${i}`)
  }
  t.end()
})

t.test('what was looked at stays as it was, and shares its memory', (t) => {
  const table = new StructureTable()
  table.add(toId(0), { code: 'first', fingerprint: [] })
  const { view } = table
  for (let i = 0; i < 3000; i++) table.add(toId(i), { code: 'later', fingerprint: [] })
  t.equal(view.rows, 1)
  t.equal(readCode(view, 0), 'first')
  t.ok(view.codes.buffer instanceof SharedArrayBuffer)
  t.not(new StructureTable().view.id, view.id)
  t.end()
})

t.test('a row that is removed has no id any more, and the others keep theirs', (t) => {
  const table = new StructureTable()
  for (const id of [1, 2]) table.add(toId(id), { code: 'x', fingerprint: [] })
  table.remove(0)
  t.equal(table.view.removals, 1)
  t.equal(readId(table.view, 0), undefined)
  t.equal(readId(table.view, 1), toId(2))
  t.end()
})
