import { Molecule, MoleculeProperties } from 'openchemlib'
import t from 'tap'
import { dataset } from '../../../src/embedded/dataset.ts'
import { loadRdkit } from '../../support/chemistry/rdkit.ts'

type Row = Readonly<Record<string, unknown>>

function readRows(table: string): Row[] {
  return [...(dataset.find((entry) => entry.table === table)?.rows ?? [])]
}

function unique(rows: Row[], ...columns: string[]): boolean {
  const keys = rows.map((row) => columns.map((column) => row[column]).join('\n'))
  return new Set(keys).size === rows.length
}

/** Carbon, hydrogen, then the other elements by their symbols: openchemlib lists those of salts in another order. */
function toHillOrder(formula: string): string {
  const [carbon = '', hydrogen = '', ...rest] = formula.match(/[A-Z][a-z]?\d*/g) ?? []
  return [carbon, hydrogen, ...rest.sort()].join('')
}

const molecules = readRows('molecules')
const synonyms = readRows('molecule_synonyms')
const types = readRows('property_types')
const properties = readRows('molecular_properties')
const mixtures = readRows('mixtures')
const components = readRows('mixture_components')
const experiments = readRows('experiments')
const compounds = molecules.filter(({ smiles }) => smiles !== null)

t.test('formula and weight of every molecule are what its SMILES says', (t) => {
  t.ok(compounds.length >= 50)
  for (const { name, smiles, molecular_formula, molecular_weight } of compounds) {
    const { formula, relativeWeight } = Molecule.fromSmiles(smiles as string).getMolecularFormula()
    t.equal(molecular_formula, toHillOrder(formula), `${name}: formula`)
    t.ok(Math.abs(Number(molecular_weight) - relativeWeight) <= 0.02, `${name}: ${relativeWeight} g/mol`)
  }
  t.end()
})

t.test('no two molecules of the data set have the same structure, name or PubChem identifier', (t) => {
  const structures = compounds.map(({ smiles }) => Molecule.fromSmiles(smiles as string).getIDCode())
  t.equal(new Set(structures).size, structures.length)
  t.ok(unique(molecules, 'id'))
  t.ok(unique(molecules, 'name'))
  const identified = molecules.filter(({ cid }) => cid !== null)
  t.ok(unique(identified, 'cid'))
  for (const { cid, pubchem_link } of identified) {
    t.equal(pubchem_link, `https://pubchem.ncbi.nlm.nih.gov/compound/${cid}`)
  }
  t.end()
})

t.test('molecules without a SMILES are polymers', (t) => {
  for (const polymer of molecules.filter(({ smiles }) => smiles === null)) {
    t.match(polymer, { cid: null, molecular_weight: null, molecular_formula: /^\(.+\)n/ }, String(polymer.name))
  }
  t.end()
})

t.test('the InChIKey of every molecule is what its SMILES says', async (t) => {
  const rdkit = await loadRdkit()
  for (const { name, smiles, inchikey } of compounds) {
    const structure = rdkit.get_mol(smiles as string)
    t.equal(inchikey, rdkit.get_inchikey_for_inchi(structure?.get_inchi() ?? ''), String(name))
    structure?.delete()
  }
  for (const { name, inchikey } of molecules.filter(({ smiles }) => smiles === null))
    t.equal(inchikey, null, String(name))
  t.ok(unique(compounds, 'inchikey'))
})

t.test('a molecule is found by every name that is usual in cryobiology', (t) => {
  const usual: Record<string, string[]> = {
    DMSO: ['Dimethyl sulfoxide'],
    Me2SO: ['Dimethyl sulfoxide'],
    EG: ['Ethylene glycol'],
    PROH: ['Propylene glycol'],
    PG: ['Propylene glycol'],
    glycerin: ['Glycerol'],
    'PEG 400': ['Polyethylene glycol 400'],
    'PEG 8000': ['Polyethylene glycol 8000'],
    'PVP K12': ['Polyvinylpyrrolidone K12'],
    HES: ['Hydroxyethyl starch'],
    TMAO: ['Trimethylamine N-oxide'],
    DMF: ['N,N-Dimethylformamide']
  }
  for (const [name, expected] of Object.entries(usual)) {
    const ids = synonyms
      .filter((row) => String(row.name).toLowerCase() === name.toLowerCase())
      .map((row) => row.molecule_id)
    t.strictSame(
      molecules.filter(({ id }) => ids.includes(id)).map((row) => row.name),
      expected,
      name
    )
  }
  t.end()
})

t.test('no synonym names two molecules, or a molecule whose name it is already', (t) => {
  const names = [...synonyms, ...molecules].map(({ name }) => String(name).toLowerCase())
  t.strictSame(
    names.filter((name, i) => names.indexOf(name) !== i),
    []
  )
  t.end()
})

t.test('computed properties can be computed again', (t) => {
  const computed: Record<string, (of: MoleculeProperties) => number> = {
    'Hydrogen Bond Donor Count': (of) => of.donorCount,
    'Hydrogen Bond Acceptor Count': (of) => of.acceptorCount,
    'Rotatable Bond Count': (of) => of.rotatableBondCount,
    LogP: (of) => of.logP,
    'Topological Polar Surface Area': (of) => of.polarSurfaceArea
  }
  for (const [name, compute] of Object.entries(computed)) {
    const type = types.find((row) => row.name === name)
    const rows = properties.filter((row) => row.property_type_id === type?.id)
    t.equal(rows.length, compounds.length, name)
    for (const { molecule_id, numeric_value } of rows) {
      const molecule = molecules.find(({ id }) => id === molecule_id)
      const value = compute(new MoleculeProperties(Molecule.fromSmiles(molecule?.smiles as string)))
      t.ok(Math.abs(Number(numeric_value) - value) <= 0.0051, `${molecule?.name}: ${name}`)
    }
  }
  t.end()
})

t.test('every reference of the data set has its target, and every row a source', (t) => {
  const references: [Row[], string, Row[]][] = [
    [synonyms, 'molecule_id', molecules],
    [properties, 'molecule_id', molecules],
    [properties, 'property_type_id', types],
    [components, 'mixture_id', mixtures],
    [components, 'molecule_id', molecules],
    [experiments, 'mixture_id', mixtures],
    [experiments, 'property_type_id', types]
  ]
  for (const [rows, column, targets] of references) {
    const ids = new Set(targets.map(({ id }) => id))
    t.ok(rows.every((row) => ids.has(row[column])))
  }
  for (const rows of [molecules, synonyms, properties, mixtures, experiments]) t.ok(rows.every(({ source }) => source))
  t.ok(unique(properties, 'molecule_id', 'property_type_id'))
  t.ok(unique(components, 'mixture_id', 'molecule_id'))
  t.end()
})

t.test('a measured value is of the kind that its property type names', (t) => {
  for (const row of [...properties, ...experiments]) {
    const type = types.find(({ id }) => id === row.property_type_id)
    const values = Object.keys(row).filter((column) => column.endsWith('_value') && row[column] !== null)
    t.strictSame(values, [`${type?.data_type}_value`])
  }
  t.end()
})

t.test('the well-known vitrification mixtures have their published compositions', (t) => {
  const published: Record<string, Record<string, string>> = {
    VS55: { 'Dimethyl sulfoxide': '3.1 mol/L', Formamide: '3.1 mol/L', 'Propylene glycol': '2.2 mol/L' },
    DP6: { 'Dimethyl sulfoxide': '3 mol/L', 'Propylene glycol': '3 mol/L' },
    M22: {
      'Dimethyl sulfoxide': '22.305 % w/v',
      Formamide: '12.858 % w/v',
      'Ethylene glycol': '16.837 % w/v',
      'N-Methylformamide': '3 % w/v',
      '3-Methoxy-1,2-propanediol': '4 % w/v',
      'Polyvinylpyrrolidone K12': '2.8 % w/v',
      'Supercool X-1000': '1 % w/v',
      'Supercool Z-1000': '2 % w/v'
    }
  }
  for (const [name, composition] of Object.entries(published)) {
    const mixture = mixtures.find((row) => row.name === name)
    const stored = components
      .filter((row) => row.mixture_id === mixture?.id)
      .map((row) => [
        molecules.find(({ id }) => id === row.molecule_id)?.name,
        `${row.concentration} ${row.concentration_unit}`
      ])
    t.strictSame(Object.fromEntries(stored), composition, name)
  }
  t.end()
})
