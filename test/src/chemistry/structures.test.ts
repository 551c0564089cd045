import t from 'tap'
import { InvalidStructureError } from '../../../src/chemistry/errors.ts'
import { draw, parsePattern, parseSmiles, toMolfile } from '../../../src/chemistry/structures.ts'
import molecules from '../../../src/embedded/data/molecules.json' with { type: 'json' }
import { loadRdkit } from '../../support/chemistry/rdkit.ts'

const compounds = molecules.filter(({ smiles }) => smiles !== null) as {
  name: string
  smiles: string
  inchikey: string
}[]

function drawLight(smiles: string): string {
  return draw({ smiles, size: 200, theme: 'light', title: '' })
}

t.test('the molfile of every compound is the compound, stereochemistry included', async (t) => {
  const rdkit = await loadRdkit()
  for (const { name, smiles, inchikey } of compounds) {
    const molfile = toMolfile(smiles, name)
    const molecule = rdkit.get_mol(molfile)
    t.equal(rdkit.get_inchikey_for_inchi(molecule?.get_inchi() ?? ''), inchikey, name)
    molecule?.delete()
    t.equal(molfile.split('\n')[0], name)
    t.match(molfile, / V2000\n/)
  }
})

t.test('what has no SMILES has a molfile without atoms, and a name cannot break its lines', async (t) => {
  const molfile = toMolfile(null, `${'x'.repeat(79)}\n\n\ninjected`)
  t.strictSame(molfile.split('\n'), [
    `${'x'.repeat(79)} `,
    '',
    '',
    '  0  0  0  0  0  0  0  0  0  0999 V2000',
    'M  END',
    ''
  ])
  const molecule = (await loadRdkit()).get_mol(molfile)
  t.equal(molecule?.get_num_atoms(), 0)
  molecule?.delete()
})

t.test('a drawing is the same whatever was drawn before, and whatever the order of the atoms', (t) => {
  const first = compounds.map(({ smiles }) => drawLight(smiles))
  const again = compounds.toReversed().map(({ smiles }) => drawLight(smiles))
  t.strictSame(again.toReversed(), first)
  t.equal(drawLight('OCC(O)CO'), drawLight('C(O)C(CO)O'))
  t.end()
})

t.test('a drawing fits into its size and says nothing in words', (t) => {
  for (const size of [50, 200, 1000]) {
    for (const { name, smiles } of compounds) {
      const svg = draw({ smiles, size, theme: 'dark', title: name })
      const [, width, height] = /^<svg [^>]*width="(\d+)" height="(\d+)"/.exec(svg) ?? []
      t.ok(Number(width) <= size + 10 && Number(height) <= size + 10, `${name}: ${width} × ${height}`)
      const texts = [...svg.matchAll(/<text [^>]*>([^<]*)</g)].map(([, text]) => text as string)
      t.strictSame(
        texts.filter((text) => !/^([A-Z][a-z]?|\d+|[+-]|\d[+-])$/.test(text)),
        [],
        `${name}: nothing but atoms, their numbers and charges`
      )
    }
  }
  t.end()
})

t.test('what is no SMILES, or too much, is rejected at once and says why', (t) => {
  const cases: [smiles: string, message: RegExp][] = [
    ['', /characters of SMILES/],
    ['C C', /characters of SMILES/],
    ['C\0', /characters of SMILES/],
    ['C->C', /characters of SMILES/],
    ['Ä', /characters of SMILES/],
    ['C(', /parenthesis/],
    ['CC)', /parenthesis/],
    ['C1CC', /dangling ring closure/],
    ['[Xx]', /Unknown atom label/],
    ['garbage', /unknown element label/],
    ['CC>>CO', /characters of SMILES/],
    ['[#6]', /valid structure/],
    ['C'.repeat(251), /at most 250 atoms, not 251/],
    ['C'.repeat(5000), /at most 1000 characters/]
  ]
  for (const [smiles, message] of cases) {
    t.throws(() => parseSmiles(smiles), { name: 'InvalidStructureError', message }, smiles.slice(0, 20))
  }
  t.throws(() => drawLight('C('), InvalidStructureError)
  t.throws(() => toMolfile('C(', ''), InvalidStructureError)
  t.equal(parseSmiles('C'.repeat(250)).getAllAtoms(), 250)
  t.end()
})

t.test('a pattern is SMILES or the SMARTS that is understood', (t) => {
  for (const pattern of [
    'CO',
    'c1ccccc1',
    '[#6]',
    '[OH]',
    '[C,N]',
    'C~O',
    '*',
    '[!#6]',
    '[R1]',
    '[N;H2,H1;!$(NC=O)]'
  ]) {
    t.ok(parsePattern(pattern).isFragment(), pattern)
  }
  for (const pattern of ['', '[D2]', '[a]', '[SX4]', 'C.O', 'C(', '[', 'x', 'C'.repeat(251), '[$([$([$('.repeat(50)]) {
    t.throws(() => parsePattern(pattern), { name: 'InvalidStructureError' }, pattern.slice(0, 20))
  }
  t.throws(() => parsePattern('[C;R6]'), {
    message: 'uses SMARTS that is not supported: Unresolved SMARTS features: R6'
  })
  t.end()
})

t.test('a SMILES that OpenChemLib fails at is invalid, wherever it fails', (t) => {
  t.throws(() => parseSmiles('F/C=C/F\\'), { message: 'must be a valid structure (dangling open bond; position:8)' })
  t.throws(() => parseSmiles('c1Clc.1Bn'), { message: 'must be a valid structure (unknown notation)' })
  t.end()
})
