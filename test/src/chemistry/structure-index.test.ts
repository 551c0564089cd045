import t, { type Test } from 'tap'
import { Chemistry } from '../../../src/chemistry/chemistry.ts'
import { type IndexOptions, StructureIndex, type StructureRow } from '../../../src/chemistry/structure-index.ts'
import { ServiceError } from '../../../src/http/service-errors.ts'
import { generateSmiles } from '../../support/chemistry/generated.ts'
import { reportFigure, scale } from '../../support/load/deep-tests.ts'

const chemistry = new Chemistry({ timeoutMs: 60_000 })
t.teardown(() => chemistry.close())

const row = (id: string, smiles: string | null, updated_at = '1'): StructureRow => ({ id, smiles, updated_at })

/** An index of these rows, as a project would page through them; `rows` may be changed. */
function createIndex(t: Test, rows: StructureRow[], options: Partial<IndexOptions> = {}) {
  const clock = { now: 0 }
  const errors: unknown[] = []
  const key = ({ updated_at, id }: StructureRow) => `${updated_at} ${id}`
  const index = new StructureIndex({
    chemistry,
    readPage: async (after) =>
      rows
        .toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
        .filter((one) => !after || key(one) > key(after))
        .slice(0, 3),
    onError: (error) => errors.push(error),
    now: () => clock.now,
    completionWaitMs: 60_000,
    ...options
  })
  t.teardown(() => index.close())
  return { index, clock, errors }
}

t.test('molecules are found by pattern and by similarity, the most similar first', async (t) => {
  const { index } = createIndex(t, [
    row('a', 'CCO'),
    row('b', 'OCCO'),
    row('c', null),
    row('d', 'c1ccccc1'),
    row('e', 'garbage'),
    row('f', 'OCC(O)CO')
  ])
  t.strictSame(index.status, { structures: 0, complete: false }, 'nothing is read before it is asked')
  t.strictSame(await index.findSubstructure('CO'), { hits: ['a', 'b', 'f'], complete: true })
  t.strictSame(await index.findSubstructure('N'), { hits: [], complete: true })
  t.strictSame(index.status, { structures: 4, complete: true })
  const { hits } = await index.findSimilar('OCCO', 0.1)
  t.strictSame(hits[0], { id: 'b', score: 1 })
  t.strictSame(
    hits.map(({ score }) => score),
    hits.map(({ score }) => score).toSorted((a, b) => b - a)
  )
  await t.rejects(index.findSubstructure('C('), { name: 'InvalidStructureError' })
  await t.rejects(index.findSimilar('C(', 1), { name: 'InvalidStructureError' })
})

t.test('molecules that are equally similar come in the order of their ids', async (t) => {
  const { index } = createIndex(t, [row('z', 'CCO'), row('b', 'CCO'), row('x', 'OCC')])
  const { hits } = await index.findSimilar('CCO', 1)
  t.strictSame(
    hits.map(({ id }) => id),
    ['b', 'x', 'z']
  )
})

t.test('what is written is seen after a minute, what is deleted after an hour', async (t) => {
  const rows = [row('a', 'CCO'), row('b', 'CCN'), row('c', 'CO')]
  const { index, clock } = createIndex(t, rows)
  t.strictSame((await index.findSubstructure('CO')).hits, ['a', 'c'])
  rows.splice(1, 2, row('b', 'OCCO', '2'), row('new', 'CCO', '2'))
  clock.now = 59_000
  t.strictSame((await index.findSubstructure('CO')).hits, ['a', 'c'], 'not before')
  clock.now = 60_000
  await index.findSubstructure('CO')
  await index.close()
  t.strictSame((await index.findSubstructure('CO')).hits, ['a', 'c', 'b', 'new'])

  const other = createIndex(t, rows)
  await other.index.findSubstructure('CO')
  rows.splice(0, 1)
  other.clock.now = 3_600_000
  await other.index.findSubstructure('CO')
  await other.index.close()
  t.strictSame((await other.index.findSubstructure('CO')).hits, ['b', 'new'])
})

t.test('while it is read, and where there are too many, the results say that they are not complete', async (t) => {
  const never = createIndex(t, [], { readPage: () => new Promise(() => {}), completionWaitMs: 1 })
  t.strictSame(await never.index.findSubstructure('C'), { hits: [], complete: false })
  // It would wait for what never comes.
  never.index.close = async () => {}

  const rows = generateSmiles(30).map((smiles, i) => row(`${i + 10}`, smiles))
  const bounded = createIndex(t, rows, { maxStructures: 12 })
  const { hits, complete } = await bounded.index.findSubstructure('C')
  t.equal(hits.length, 12)
  t.notOk(complete)
})

t.test('a project that fails is asked again after a while, and the failure reported', async (t) => {
  let failing = true
  const { index, clock, errors } = createIndex(t, [], {
    readPage: async (after) => {
      if (failing) throw new Error('no project')
      return after ? [] : [row('a', 'C')]
    }
  })
  t.strictSame(await index.findSubstructure('C'), { hits: [], complete: false })
  t.match(errors, [{ message: 'no project' }])
  failing = false
  t.strictSame((await index.findSubstructure('C')).complete, false)
  clock.now = 5000
  t.strictSame(await index.findSubstructure('C'), { hits: ['a'], complete: true })
})

t.test('a structure that takes too long is left out, and none of the others', async (t) => {
  const slow = Object.assign(new Chemistry(), {
    toStructures: async (list: string[]) => {
      if (list.includes('CCCC')) throw new ServiceError('CHEMISTRY_OVERLOADED')
      return chemistry.toStructures(list)
    },
    findSubstructure: chemistry.findSubstructure.bind(chemistry)
  })
  const { index } = createIndex(t, [row('a', 'C'), row('b', 'CCCC'), row('c', 'CC')], { chemistry: slow })
  t.strictSame(await index.findSubstructure('C'), { hits: ['a', 'c'], complete: true })

  const missing = Object.assign(new Chemistry(), {
    toStructures: async () => Promise.reject(new ServiceError('CHEMISTRY_NOT_INSTALLED')),
    findSubstructure: chemistry.findSubstructure.bind(chemistry)
  })
  const none = createIndex(t, [row('a', 'C')], { chemistry: missing })
  t.notOk((await none.index.findSubstructure('C')).complete)
  t.match(none.errors, [{ code: 'CHEMISTRY_NOT_INSTALLED' }])
})

t.test('closing stops reading at once', async (t) => {
  let pages = 0
  const { index, errors } = createIndex(t, [], {
    completionWaitMs: 1,
    readPage: async () => [row(`${++pages}`, 'CCO')]
  })
  await index.findSubstructure('C')
  await index.close()
  const read = pages
  await index.close()
  t.equal(pages, read)
  t.strictSame(errors, [])
})

t.test('thousands of molecules are searched in a moment', async (t) => {
  const count = scale(500, 10_000)
  const rows = generateSmiles(count).map((smiles, i) => row(String(i).padStart(5, '0'), smiles))
  const { index } = createIndex(t, rows, {
    readPage: async (after) => {
      const begin = after ? Number(after.id) + 1 : 0
      return rows.slice(begin, begin + 1000)
    },
    completionWaitMs: 600_000
  })
  const begin = performance.now()
  await index.findSubstructure('*')
  reportFigure(t, `${count} molecules indexed in ${((performance.now() - begin) / 1000).toFixed(1)} s`)
  t.strictSame(index.status, { structures: count, complete: true })
  const searches = {
    substructure: ['OCCO', 'C(=O)N', 'c1ccncc1', 'CO', '*'].map((pattern) => () => index.findSubstructure(pattern)),
    similarity: ['OCC(O)CO', 'CC(=O)Nc1ccccc1'].map((smiles) => () => index.findSimilar(smiles, 0.5))
  }
  for (const [name, list] of Object.entries(searches)) {
    for (const [i, search] of list.entries()) {
      const durations: number[] = []
      let found = 0
      for (let n = 0; n < 7; n++) {
        const start = performance.now()
        found = (await search()).hits.length
        durations.push(performance.now() - start)
      }
      const median = durations.toSorted((a, b) => a - b)[3] as number
      reportFigure(t, `${name} ${i}: ${found} of ${count} in ${median.toFixed(0)} ms`)
      t.ok(median < 1500, `${name} ${i}: ${median.toFixed(0)} ms`)
    }
  }
})
