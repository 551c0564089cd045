import t from 'tap'
import { findSimilar, findSubstructure, toStructure } from '../../../src/chemistry/search.ts'
import { StructureTable } from '../../../src/chemistry/structure-table.ts'
import molecules from '../../../src/embedded/data/molecules.json' with { type: 'json' }
import { generateSmiles } from '../../support/chemistry/generated.ts'
import { loadRdkit } from '../../support/chemistry/rdkit.ts'

const smiles = [...molecules.flatMap((molecule) => molecule.smiles ?? []), ...generateSmiles(100)]
const table = new StructureTable()
for (const one of smiles) table.add(toStructure(one))

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
    '[OX2H]': '[OX2H]',
    'CS(=O)C': '[#6]-[#16](=[#8])-[#6]',
    '[N+]': '[#7+]',
    C1CCCO1: '[#6]1-[#6]-[#6]-[#6]-[#8]-1',
    Cl: '[#17]',
    '*': '*'
  }
  for (const [pattern, smarts] of Object.entries(patterns)) {
    const query = rdkit.get_qmol(smarts)
    const expected = smiles.filter((_, i) => query && parsed[i]?.get_substruct_match(query) !== '{}')
    query?.delete()
    t.strictSame(
      findSubstructure(table.view, pattern).map((row) => smiles[row]),
      expected,
      pattern
    )
  }
  for (const one of parsed) one?.delete()
})

t.test('a molecule is like itself, and the more it has in common with another the more alike they are', (t) => {
  for (const [row, one] of smiles.slice(0, 20).entries()) {
    const score = new Map(findSimilar(table.view, one, 0)).get(row)
    t.equal(score, 1, one)
  }
  const found = new Map(findSimilar(table.view, 'OCC(O)CO', 0).map(([row, score]) => [smiles[row], score]))
  t.ok((found.get('CC(O)CO') as number) > (found.get('CN(C)C=O') as number))
  const close = findSimilar(table.view, 'OCC(O)CO', 0.8)
  t.ok(close.length > 0 && close.every(([, score]) => score >= 0.8))
  t.end()
})

t.test('what has no atoms to compare is like nothing, and a bad query is named', (t) => {
  t.strictSame(findSimilar(new StructureTable().view, 'C', 0), [])
  t.throws(() => findSimilar(table.view, 'C(', 0.5), { name: 'InvalidStructureError' })
  t.throws(() => findSubstructure(table.view, '[D2]'), { name: 'InvalidStructureError' })
  t.end()
})
