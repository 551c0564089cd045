import experiments from './data/experiments.json' with { type: 'json' }
import mixtureComponents from './data/mixture_components.json' with { type: 'json' }
import mixtures from './data/mixtures.json' with { type: 'json' }
import molecularProperties from './data/molecular_properties.json' with { type: 'json' }
import moleculeSynonyms from './data/molecule_synonyms.json' with { type: 'json' }
import molecules from './data/molecules.json' with { type: 'json' }
import propertyTypes from './data/property_types.json' with { type: 'json' }

/** The rows of one table; every row has the same keys. */
export interface TableRows {
  readonly table: string
  readonly rows: readonly Readonly<Record<string, unknown>>[]
}

/** Cryoprotectants, what is known of them and the mixtures made of them, in an order that foreign keys accept. */
export const dataset: readonly TableRows[] = [
  { table: 'molecules', rows: molecules },
  { table: 'molecule_synonyms', rows: moleculeSynonyms },
  { table: 'property_types', rows: propertyTypes },
  { table: 'molecular_properties', rows: molecularProperties },
  { table: 'mixtures', rows: mixtures },
  { table: 'mixture_components', rows: mixtureComponents },
  { table: 'experiments', rows: experiments }
]
