import t, { type Test } from 'tap'
import { Chemistry } from '../../../src/chemistry/chemistry.ts'
import type { StructureQuery } from '../../../src/chemistry/search.ts'
import { type IndexOptions, StructureIndex, type StructureRow } from '../../../src/chemistry/structure-index.ts'
import { ServiceError } from '../../../src/http/service-errors.ts'
import { generateSmiles, toId } from '../../support/chemistry/generated.ts'
import { reportFigure, scale } from '../../support/load/deep-tests.ts'
import { waitFor } from '../../support/wait.ts'

const chemistry = new Chemistry({ timeoutMs: 60_000 })
t.teardown(() => chemistry.close())

/** A row whose id ends with a hexadecimal number. */
const row = (id: string, smiles: string | null, updated_at = '1'): StructureRow => ({
  id: toId(id),
  smiles,
  updated_at
})

/** The ends of the ids of all hits, and whether all molecules were searched. */
async function find(index: StructureIndex, query: StructureQuery) {
  const search = await index.search(query)
  const hits = await search.find(undefined, 100_000)
  return { complete: search.complete, ids: hits.map(({ id }) => id.replace(/.*-0*/, '')), hits }
}

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

t.test('molecules are found by pattern and by similarity', async (t) => {
  let pages = 0
  const rows = [
    row('a', 'CCO'),
    row('b', 'OCCO'),
    row('c', null),
    row('d', 'c1ccccc1'),
    row('e', 'garbage'),
    row('f', 'OCC(O)CO')
  ]
  const { index } = createIndex(t, rows, {
    readPage: async (after) => {
      pages++
      return after ? [] : rows
    }
  })
  await t.rejects(index.search({ substructure: 'C(' }), { name: 'InvalidStructureError' })
  await t.rejects(index.search({ similar: 'C(', min: 1 }), { name: 'InvalidStructureError' })
  t.equal(pages, 0, 'nothing is read for a query that is invalid')
  const { ids, complete } = await find(index, { substructure: 'CO' })
  t.strictSame(ids.toSorted(), ['a', 'b', 'f'])
  t.ok(complete)
  t.match(await find(index, { substructure: 'N' }), { ids: [], complete: true })
  t.match((await find(index, { similar: 'OCCO', min: 0.1 })).hits[0], { id: toId('b'), score: 1 })
  const later = await index.search({ substructure: 'C(' })
  await t.rejects(later.find(undefined, 1), { name: 'InvalidStructureError' })
})

t.test('what is written is seen after a minute, what is deleted after an hour', async (t) => {
  const CO = { similar: 'CCO', min: 0.1 }
  const seen = async (index: StructureIndex) => (await find(index, CO)).ids.toSorted()
  const rows = [row('a', 'CCO'), row('b', 'N'), row('c', 'CO')]
  const { index, clock } = createIndex(t, rows)
  t.strictSame(await seen(index), ['a', 'c'])
  rows.splice(1, 2, row('b', 'OCCO', '2'), row('d', 'CCO', '2'))
  clock.now = 59_000
  t.strictSame(await seen(index), ['a', 'c'], 'not before')
  clock.now = 60_000
  await waitFor(async () => (await seen(index)).length === 4)
  t.strictSame(await seen(index), ['a', 'b', 'c', 'd'])

  const other = createIndex(t, rows)
  await seen(other.index)
  rows.splice(0, 1)
  other.clock.now = 3_600_000
  await waitFor(async () => (await seen(other.index)).length === 2)
  t.strictSame(await seen(other.index), ['b', 'd'])
})

t.test('a molecule that has changed is found as it is now, and one without a structure any more is not', async (t) => {
  const rows = [row('a', 'CCO'), row('b', 'CCO')]
  const { index, clock } = createIndex(t, rows)
  t.strictSame((await find(index, { substructure: 'O' })).ids, ['a', 'b'])
  rows.splice(0, 2, row('a', 'CCN', '2'), row('b', null, '2'))
  clock.now = 60_000
  await waitFor(async () => (await find(index, { substructure: 'O' })).ids.length === 0)
  t.strictSame((await find(index, { substructure: 'N' })).ids, ['a'])
})

t.test('what is read again is computed again only if it has changed', async (t) => {
  const computed: string[][] = []
  const counting = Object.assign(new Chemistry(), {
    toStructures: async (list: string[]) => {
      computed.push(list)
      return chemistry.toStructures(list)
    },
    findHits: chemistry.findHits.bind(chemistry)
  })
  const rows = [row('a', 'CCO'), row('b', 'CCN'), row('c', null), row('d', 'garbage')]
  let failing = true
  const { index, clock } = createIndex(t, rows, {
    chemistry: counting,
    readPage: async (after) => {
      if (after && failing) throw new Error('no more')
      return after ? rows.filter((one) => one.updated_at > after.updated_at) : rows.slice()
    }
  })
  await find(index, { substructure: 'C' })
  failing = false
  clock.now = 5000
  t.ok((await find(index, { substructure: 'C' })).complete)
  t.strictSame(computed, [['CCO', 'CCN', 'garbage'], ['garbage']], 'nor after a failure')
  rows.splice(0, 2, row('a', 'CCO', '2'), row('b', 'CCCl', '2'))
  clock.now = 65_000
  await waitFor(async () => (await find(index, { substructure: 'Cl' })).ids.length === 1)
  t.strictSame(computed.slice(2), [['CCCl']])
  rows.push(row('e', 'CBr', '1'))
  clock.now = 3_700_000
  await waitFor(async () => (await find(index, { substructure: 'Br' })).ids.length === 1)
  t.strictSame(computed.slice(3), [['garbage', 'CBr']])
  t.strictSame((await find(index, { substructure: 'C' })).ids.toSorted(), ['a', 'b', 'e'])
})

t.test('a search goes on in the structures that it has begun in', async (t) => {
  const rows = [row('a', 'CCO'), row('b', 'CCO')]
  const { index, clock } = createIndex(t, rows)
  const search = await index.search({ substructure: 'O' })
  const [first] = await search.find(undefined, 1)
  t.match(first, { id: toId('a') })
  rows.push(row('c', 'CCO', '2'))
  clock.now = 60_000
  await waitFor(async () => (await find(index, { substructure: 'O' })).ids.length === 3)
  t.match(await search.find(first, 5), [{ id: toId('b') }])
})

t.test('while it is read, and where there are too many, the results say that they are not complete', async (t) => {
  const { promise, resolve } = Promise.withResolvers<StructureRow[]>()
  const slow = createIndex(t, [], { readPage: () => promise, completionWaitMs: 1 })
  t.match(await find(slow.index, { substructure: 'C' }), { ids: [], complete: false })
  resolve([])

  const rows = generateSmiles(30).map((smiles, i) => row(`${i + 10}`, smiles))
  const bounded = createIndex(t, rows, { maxStructures: 12 })
  const { ids, complete } = await find(bounded.index, { substructure: 'C' })
  t.equal(ids.length, 12)
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
  const failure = { message: 'no project' }
  await t.rejects(index.search({ substructure: 'C' }), failure)
  t.match(errors, [failure])
  failing = false
  await t.rejects(index.search({ substructure: 'C' }), failure)
  clock.now = 5000
  t.match(await find(index, { substructure: 'C' }), { ids: ['a'], complete: true })
})

t.test('a project that fails in the middle is searched as far as it has been read', async (t) => {
  const { index, errors } = createIndex(t, [], {
    readPage: async (after) => {
      if (after) throw new Error('no more')
      return [row('a', 'C')]
    }
  })
  t.match(await find(index, { substructure: 'C' }), { ids: ['a'], complete: false })
  t.match(errors, [{ message: 'no more' }])
})

t.test('a structure that takes too long is left out, and none of the others', async (t) => {
  const slow = Object.assign(new Chemistry(), {
    toStructures: async (list: string[]) => {
      if (list.includes('CCCC')) throw new ServiceError('CHEMISTRY_OVERLOADED')
      return chemistry.toStructures(list)
    },
    findHits: chemistry.findHits.bind(chemistry)
  })
  const { index } = createIndex(t, [row('a', 'C'), row('b', 'CCCC'), row('c', 'CC')], { chemistry: slow })
  t.match(await find(index, { substructure: 'C' }), { ids: ['a', 'c'], complete: true })

  const missing = Object.assign(new Chemistry(), {
    toStructures: async () => Promise.reject(new ServiceError('CHEMISTRY_NOT_INSTALLED')),
    findHits: chemistry.findHits.bind(chemistry)
  })
  const none = createIndex(t, [row('a', 'C')], { chemistry: missing })
  await t.rejects(none.index.search({ substructure: 'C' }), { code: 'CHEMISTRY_NOT_INSTALLED' })
  t.match(none.errors, [{ code: 'CHEMISTRY_NOT_INSTALLED' }])
})

t.test('closing stops reading at once', async (t) => {
  let pages = 0
  const { index, errors } = createIndex(t, [], {
    completionWaitMs: 1,
    readPage: async () => [row(`${++pages}`, 'CCO')]
  })
  await find(index, { substructure: 'C' })
  await index.close()
  const read = pages
  await index.close()
  t.equal(pages, read)
  t.strictSame(errors, [])
})

t.test('many molecules are searched in a moment', async (t) => {
  const count = scale(150, 10_000)
  const rows = generateSmiles(count).map((smiles, i) => row(String(i), smiles))
  const { index } = createIndex(t, rows, {
    readPage: async (after) => {
      const begin = after ? Number(after.id.slice(-12)) + 1 : 0
      return rows.slice(begin, begin + 1000)
    },
    completionWaitMs: 600_000
  })
  const begin = performance.now()
  t.match(await find(index, { substructure: '*' }), { complete: true, ids: { length: count } })
  reportFigure(t, `${count} molecules indexed in ${((performance.now() - begin) / 1000).toFixed(1)} s`)
  // Each with one atom more than the one before: a search that has been made is not computed again.
  const searches: Record<string, (n: number) => StructureQuery> = {
    substructure: (n) => ({ substructure: `C${'CC'.slice(n % 3)}(=O)N` }),
    similarity: (n) => ({ similar: `OC${'C'.repeat(n)}(O)CO`, min: 0.5 })
  }
  for (const [name, createQuery] of Object.entries(searches)) {
    const durations: number[] = []
    for (let n = 0; n < 3; n++) {
      const start = performance.now()
      await (await index.search(createQuery(n))).find(undefined, 10)
      durations.push(performance.now() - start)
    }
    const median = durations.toSorted((a, b) => a - b)[1] as number
    reportFigure(t, `${name} in ${count}: ${median.toFixed(0)} ms`)
    t.ok(median < 1500, `${name}: ${median.toFixed(0)} ms`)
  }
})
