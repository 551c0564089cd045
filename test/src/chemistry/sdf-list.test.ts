import t from 'tap'
import { Chemistry } from '../../../src/chemistry/chemistry.ts'
import { createSdfFormat } from '../../../src/chemistry/sdf-list.ts'
import { generateSmiles } from '../../support/chemistry/generated.ts'
import { scale } from '../../support/load/deep-tests.ts'

const chemistry = new Chemistry({ timeoutMs: 60_000 })
t.teardown(() => chemistry.close())
const format = createSdfFormat(chemistry, { smiles: 'smiles', name: 'name' })

const write = async (columns: string[], json: string) =>
  (await format.write({ name: 'molecules', columns, page: { count: 1, rows: Buffer.from(json) } })).toString()

t.test('each row is a record: a molfile with the name as its title, and the columns as data fields', async (t) => {
  const rows = [
    { name: 'Ethanol', smiles: 'CCO', cid: 702, source: 'a\nb "µ冷" \\', none: null },
    { name: 'Polymer', smiles: null, cid: null, source: '', none: null }
  ]
  const sdf = await write(['cid', 'source', 'none', 'missing'], JSON.stringify(rows))
  const [first = '', second = '', ...rest] = sdf.split('$$$$\n')
  t.strictSame(rest, [''])
  t.match(first, /^Ethanol\n.*\n\n {2}3 {2}2 /)
  t.match(first, 'M  END\n>  <cid>\n702\n\n>  <source>\na b "µ冷" \\\n\n')
  t.match(second, /^Polymer\n.*\n\n {2}0 {2}0 /)
  t.match(second, /M {2}END\n$/, 'no field for what is missing')
})

t.test('no text ends a record', async (t) => {
  const sdf = await write(['source'], '[{"name":"$$$$","smiles":"C","source":"$$$$\\n>  <cid>\\n1"}]')
  t.match(sdf, /^ \$\$\$\$\n/)
  t.match(sdf, '>  <source>\n $$$$ >  <cid> 1\n\n$$$$\n')
  t.equal(sdf.match(/^\$\$\$\$/gm)?.length, 1)
})

t.test('numbers have all their digits, and nested values are JSON', async (t) => {
  const sdf = await write(
    ['weight', 'parts', 'flag'],
    '[{"name":"x","smiles":"C","weight":0.12345678901234567890,"parts":[{"a": 1.0}],"flag":false}]'
  )
  t.match(sdf, '>  <weight>\n0.12345678901234567890\n\n>  <parts>\n[{"a": 1.0}]\n\n>  <flag>\nfalse\n\n$$$$\n')
})

t.test('no rows are an empty file, and rows that are no JSON an invalid response', async (t) => {
  t.equal(await write(['cid'], '[]'), '')
  t.match(await write(['cid'], '[{}]'), /^\n.*\n\n {2}0 {2}0 [\s\S]*M {2}END\n\$\$\$\$\n$/, 'a row without columns')
  await t.rejects(write(['name'], '[{"name":"\\q"}]'), { code: 'UPSTREAM_INVALID_ANSWER' })
})

t.test('callers who share rows share the file', (t) => {
  const list = { name: 'molecules', columns: ['cid'], page: { count: 1, rows: Buffer.from('[{"name":"x"}]') } }
  t.equal(format.write(list), format.write({ ...list }))
  t.end()
})

t.test('while many rows are written, the event loop and drawings have their turn', async (t) => {
  const count = scale(300, 1000)
  const rows = generateSmiles(count).map((smiles, i) => ({ name: `Molecule ${i}`, smiles }))
  let done = false
  let drawn = 0
  const writing = write(['name', 'smiles'], JSON.stringify(rows)).then((sdf) => {
    done = true
    return sdf
  })
  let turns = 0
  const countTurns = () => {
    turns++
    if (!done) setImmediate(countTurns)
  }
  setImmediate(countTurns)
  while (!done) {
    await chemistry.draw({ smiles: 'CCO', size: 100, theme: 'light', title: `${drawn}` })
    if (!done) drawn++
  }
  t.equal((await writing).split('$$$$\n').length, count + 1)
  t.ok(drawn >= 15, `${drawn} drawings`)
  t.ok(turns >= 20, `${turns} turns`)
})

t.test('however many lists are being written, a drawing waits for one batch of them', async (t) => {
  let batches = 0
  const counting: Pick<Chemistry, 'toMolfiles'> = {
    toMolfiles: async (molecules) => {
      const molfiles = await chemistry.toMolfiles(molecules)
      batches++
      return molfiles
    }
  }
  const { write } = createSdfFormat(counting, { smiles: 'smiles', name: 'name' })
  const rows = JSON.stringify(generateSmiles(50).map((smiles) => ({ name: smiles, smiles })))
  const lists = Array.from({ length: 10 }, () =>
    write({ name: 'molecules', columns: ['name'], page: { count: 50, rows: Buffer.from(rows) } })
  )
  await chemistry.draw({ smiles: 'CCN', size: 100, theme: 'light', title: '' })
  t.ok(batches <= 2, `${batches} batches`)
  await Promise.all(lists)
  t.equal(batches, 50)
})
