import t from 'tap'
import { findHits, type Hit, type StructureQuery, toStructure } from '../../../src/chemistry/search.ts'
import { StructureTable } from '../../../src/chemistry/structure-table.ts'
import molecules from '../../../src/embedded/data/molecules.json' with { type: 'json' }
import { generateSmiles, toId } from '../../support/chemistry/generated.ts'
import { loadRdkit } from '../../support/chemistry/rdkit.ts'

const smiles = [...molecules.flatMap((molecule) => molecule.smiles ?? []), ...generateSmiles(100)]
const table = new StructureTable()
for (const [i, one] of smiles.entries()) table.add(toId(i), toStructure(one))
const smilesById = new Map(smiles.map((one, i) => [toId(i), one]))

const find = (query: StructureQuery, after?: Hit, limit = smiles.length) =>
  findHits({ view: table.view, query, after, limit })

t.test('a pattern is found in the molecules in which RDKit finds it', async (t) => {
  const rdkit = await loadRdkit()
  const parsed = smiles.map((one) => rdkit.get_mol(one))
  // RDKit's SMARTS, in which letters mean aliphatic or aromatic atoms: here they mean either.
  const patterns: Record<string, string> = {
    CO: '[#6]-[#8]',
    OCCO: '[#8]-[#6]-[#6]-[#8]',
    'C(=O)N': '[#6](=[#8])-[#7]',
    c1ccccc1: 'c1ccccc1',
    c1ccncc1: 'c1ccncc1',
    '[#6]': '[#6]',
    '[OH]': '[OH]',
    'CS(=O)C': '[#6]-[#16](=[#8])-[#6]',
    '[N+]': '[#7+]',
    C1CCCO1: '[#6]1-[#6]-[#6]-[#6]-[#8]-1',
    Cl: '[#17]',
    '*': '*'
  }
  // These mean the same to both.
  const smartsOfBoth =
    '[#6X4] [#6;X3] [#8H0] [#7;H1,H2] [#7!H0] [#8D1] [#6D4] [#7+] [#8-] [#6R] [#6R0] [#6!R] [#6;R;H2] [#6r5] [#6r6] ' +
    '[!#6] [!#6;!#7] [#7,#8] [*;R] [#6]~[#8] [#6]=[#8] [#6]-!@[#6] [#6]~!@[#8] [#6]-,=,:[#6] [#6]!=[#6] [#16]=[#8] ' +
    '[$([#6]=[#8])] [#8;!$([#8]=[#6])] [CH3][CH2][OH] O=CN'
  for (const pattern of smartsOfBoth.split(' ')) patterns[pattern] = pattern
  for (const [pattern, smarts] of Object.entries(patterns)) {
    const query = rdkit.get_qmol(smarts)
    const expected = smiles.filter((_, i) => query && parsed[i]?.get_substruct_match(query) !== '{}')
    query?.delete()
    t.strictSame(
      new Set(find({ substructure: pattern }).map(({ id }) => smilesById.get(id))),
      new Set(expected),
      pattern
    )
  }
  for (const one of parsed) one?.delete()
})

t.test('a molecule is like itself, and the more it has in common with another the more alike they are', (t) => {
  for (const [i, one] of smiles.slice(0, 20).entries()) {
    const { score } = find({ similar: one, min: 0 }).find(({ id }) => id === toId(i)) as Hit
    t.equal(score, 1, one)
  }
  const scores = new Map(find({ similar: 'OCC(O)CO', min: 0 }).map(({ id, score }) => [smilesById.get(id), score]))
  t.ok((scores.get('CC(O)CO') as number) > (scores.get('CN(C)C=O') as number))
  const close = find({ similar: 'OCC(O)CO', min: 0.8 })
  t.ok(close.length > 0 && close.every(({ score }) => score >= 0.8))
  t.end()
})

t.test('the best hits come first, and those that are equally good by id', (t) => {
  for (const query of [{ substructure: 'CO' }, { similar: 'OCC(O)CO', min: 0.1 }]) {
    const hits = find(query)
    t.ok(hits.length > 50)
    t.strictSame(
      hits,
      hits.toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    )
    t.ok(
      hits.every(({ score }) => score >= 0 && score <= 1 && Number(score.toFixed(4)) === score),
      'four digits at most'
    )
  }
  t.end()
})

t.test('each page begins behind the last hit of the one before, whether that is still there or not', (t) => {
  const query = { substructure: 'CO' }
  const hits = find(query)
  const walked: Hit[] = []
  for (let page = find(query, undefined, 7); page.length > 0; page = find(query, walked.at(-1), 7)) walked.push(...page)
  t.strictSame(walked, hits)

  const last = hits[9] as Hit
  const changing = new StructureTable()
  for (const [i, one] of smiles.entries()) changing.add(toId(i), toStructure(one))
  t.strictSame(findHits({ view: changing.view, query, after: last, limit: 5 }), hits.slice(10, 15))
  changing.remove(Number(last.id.slice(-12)))
  const { view } = changing
  t.strictSame(findHits({ view, query, after: last, limit: 5 }), hits.slice(10, 15))
  t.strictSame(findHits({ view, query, after: undefined, limit: 1000 }), hits.toSpliced(9, 1))
  t.end()
})

t.test('a search is computed once for all pages, as long as it is among the last', (t) => {
  const compute = (query: StructureQuery) => {
    const begin = performance.now()
    find(query)
    return performance.now() - begin
  }
  const query = { substructure: 'C(=O)N' }
  const first = compute(query)
  const again = Math.min(...Array.from({ length: 5 }, () => compute(query)))
  t.ok(again < first, `${again.toFixed(2)} of ${first.toFixed(2)} ms`)
  const hits = find(query)
  for (let i = 1; i <= 20; i++) find({ similar: 'C'.repeat(i), min: 0.5 })
  t.strictSame(find(query), hits)
  t.end()
})

t.test('methane, whose fingerprint has no bits, is like itself', (t) => {
  const small = new StructureTable()
  for (const [i, one] of ['C', 'CC'].entries()) small.add(toId(i), toStructure(one))
  const hits = findHits({ view: small.view, query: { similar: 'C', min: 0.1 }, after: undefined, limit: 5 })
  t.strictSame(hits, [{ id: toId(0), score: 1 }])
  t.end()
})

t.test('in an empty table nothing is found, and a bad query is named', (t) => {
  const { view } = new StructureTable()
  t.strictSame(findHits({ view, query: { similar: 'C', min: 0 }, after: undefined, limit: 1 }), [])
  t.throws(() => find({ similar: 'C(', min: 0.5 }), { name: 'InvalidStructureError' })
  t.throws(() => find({ substructure: '[D2]' }), { name: 'InvalidStructureError' })
  t.end()
})
