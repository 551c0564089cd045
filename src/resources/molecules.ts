import { describeObject } from '../http/json-response.ts'
import { embedded, integer, numeric, text, timestamp, uuid } from './column.ts'
import { embeddedRows, valueColumns } from './embedded-rows.ts'
import { contains, equals, equalsInteger, hasInchikey, inRange, startsWith } from './filter.ts'
import { defineResource } from './resource.ts'

/** Cryoprotectants. */
export const molecules = defineResource({
  table: 'molecules',
  plural: 'molecules',
  singular: 'molecule',
  columns: {
    id: uuid(),
    cid: integer({
      nullable: true,
      description: "PubChem's number of the compound; null for a polymer, which is no single compound"
    }),
    name: text(),
    molecular_formula: text({ nullable: true }),
    smiles: text({ nullable: true, description: 'Isomeric SMILES; null for a polymer' }),
    inchikey: text({ nullable: true, description: 'The standard InChIKey of the SMILES' }),
    molecular_weight: numeric({ nullable: true, description: 'In g/mol' }),
    pubchem_link: text({ nullable: true, description: 'Its page at PubChem' }),
    source: text({ nullable: true, description: 'Where its use as a cryoprotectant is described' }),
    created_at: timestamp(),
    updated_at: timestamp()
  },
  includes: {
    properties: embedded(
      'properties:molecular_properties(numeric_value,text_value,boolean_value,source,' +
        'property_type:property_types(id,name,data_type,units))',
      {
        type: 'array',
        description: 'With `include=properties`: its properties, in the units in which they were published',
        items: describeObject({
          ...valueColumns,
          source: { type: ['string', 'null'] },
          property_type: embeddedRows.propertyType
        })
      }
    ),
    mixtures: embedded('mixtures:mixture_components(concentration,concentration_unit,mixture:mixtures(id,name))', {
      type: 'array',
      description: 'With `include=mixtures`: the mixtures that it is used in, with its concentration',
      items: describeObject({
        concentration: { type: 'number' },
        concentration_unit: { type: 'string' },
        mixture: embeddedRows.mixture
      })
    }),
    synonyms: embedded('synonyms:molecule_synonyms(name,kind)', {
      type: 'array',
      description: 'With `include=synonyms`: its other names',
      items: describeObject({ name: { type: 'string' }, kind: { type: 'string', enum: ['synonym', 'abbreviation'] } })
    })
  },
  filters: {
    name: startsWith('name', 'The beginning of the name, case-insensitive; every character stands for itself'),
    q: {
      ...contains('names', 'A part of the name or of a synonym, case-insensitive; every character stands for itself'),
      view: 'molecule_search',
      lookup: { view: 'molecule_names', column: 'name', id: 'molecule_id' },
      fallback: contains('name', '')
    },
    formula: equals('molecular_formula', 'The molecular formula, exactly'),
    cid: equalsInteger('cid', "PubChem's number of the compound"),
    inchikey: hasInchikey('inchikey', 'The InChIKey, or its first block for all stereoisomers and isotopes'),
    molecular_weight: inRange(
      'molecular_weight',
      'Comparisons with the molecular weight in g/mol, for instance `gte.90`'
    )
  },
  properties: { view: 'molecule_search', column: 'numeric_properties' },
  structures: { smiles: 'smiles', name: 'name' },
  order: 'name.asc',
  examples: {
    row: {
      id: 'aa12c9e8-3e58-4eb2-a88c-d69f447e04fd',
      cid: 753,
      name: 'Glycerol',
      molecular_formula: 'C3H8O3',
      smiles: 'OCC(O)CO',
      inchikey: 'PEDCQBHIVMGVHV-UHFFFAOYSA-N',
      molecular_weight: 92.09,
      pubchem_link: 'https://pubchem.ncbi.nlm.nih.gov/compound/753',
      source:
        'Polge C, Smith AU, Parkes AS. Revival of spermatozoa after vitrification and dehydration at low temperatures. ' +
        'Nature 1949;164:666, doi:10.1038/164666a0',
      created_at: '2026-11-23T12:34:59.707+00:00',
      updated_at: '2026-11-23T12:34:59.707+00:00'
    },
    filters: {
      name: 'glycer',
      q: 'glycerin',
      formula: 'C3H8O3',
      cid: 753,
      inchikey: 'PEDCQBHIVMGVHV',
      molecular_weight: ['gte.90', 'lte.95']
    },
    columns: ['name', 'molecular_formula', 'molecular_weight']
  }
})
