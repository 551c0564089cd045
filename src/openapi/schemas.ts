import type { OpenAPIV3_1 } from 'openapi-types'
import { errorSchema } from '../http/schemas.ts'

type Schema = OpenAPIV3_1.SchemaObject

/** An object that has all of these properties. */
export const object = (
  properties: Record<string, Schema | OpenAPIV3_1.ReferenceObject>,
  description?: string
): Schema => ({
  type: 'object',
  ...(description && { description }),
  required: Object.keys(properties),
  properties
})

export const succeeded: Schema = { type: 'string', const: 'success' }

const count = (description: string): Schema => ({ type: 'integer', minimum: 0, description })

const durations = (description: string): Schema => {
  const time: Schema = { type: 'number', minimum: 0 }
  const times = Object.fromEntries(['mean', 'p50', 'p90', 'p99', 'max'].map((name) => [name, time]))
  return object({ count: count('How many there were'), ...times }, `${description}, in milliseconds`)
}

const molecule: Schema = {
  type: 'object',
  description: 'A molecule: all its columns, or those that `select` names',
  minProperties: 1,
  properties: {
    id: { type: 'string', format: 'uuid' },
    cid: {
      type: ['integer', 'null'],
      format: 'int32',
      description: "PubChem's number of the compound; null for a polymer, which is no single compound"
    },
    name: { type: 'string' },
    molecular_formula: { type: ['string', 'null'] },
    smiles: { type: ['string', 'null'], description: 'Isomeric SMILES; null for a polymer' },
    inchikey: { type: ['string', 'null'], description: 'The standard InChIKey of the SMILES' },
    molecular_weight: { type: ['number', 'null'], description: 'In g/mol' },
    pubchem_link: { type: ['string', 'null'], description: 'Its page at PubChem' },
    source: { type: ['string', 'null'], description: 'Where its use as a cryoprotectant is described' },
    created_at: { type: 'string', format: 'date-time' },
    updated_at: { type: 'string', format: 'date-time' }
  }
}

const poolStatistics = object(
  {
    created: count('Connections opened since the start'),
    reused: count('Times that a connection was lent that was open already'),
    discarded: count('Connections given up since the start'),
    errors: count('Failures to hand out a connection: those that could not be opened, `timeouts` and `rejected`'),
    timeouts: count('Callers that waited in vain'),
    rejected: count('Callers turned away because too many were waiting'),
    retired: object(
      {
        expired: count('They had reached `DB_POOL_TIMEOUT`'),
        idle: count('They were not needed beyond `DB_POOL_MIN_SIZE`'),
        renewed: count('Their keys had been replaced'),
        lost: count('They were closed by Supabase while they idled'),
        broken: count('They ended in use'),
        closed: count('The pool closed')
      },
      '`discarded` by reason'
    ),
    wait_ms: durations('How long those waited that had to'),
    hold_ms: durations('How long connections were lent'),
    pool_size: count('Connections that are idle now'),
    active_connections: count('Connections that are open now, idle or in use'),
    min_size: count('The setting `DB_POOL_MIN_SIZE`'),
    max_size: count('The setting `DB_POOL_MAX_SIZE`'),
    in_use: count('Connections that are lent now'),
    waiting: count('Callers waiting for a connection now'),
    coalesced: count('Reads that joined an identical one under way instead of asking Supabase')
  },
  'At every moment `created - discarded = active_connections = pool_size + in_use`'
)

/** What answers consist of, by name. */
export const schemas: Record<string, Schema> = {
  Molecule: molecule,
  PoolStatistics: poolStatistics,
  // Copied, as a library marks its schemas in ways that are not JSON.
  Error: JSON.parse(JSON.stringify(errorSchema))
}

/** A schema by its name, as answers refer to it. */
export const named = (name: 'Molecule' | 'PoolStatistics' | 'Error'): OpenAPIV3_1.ReferenceObject => ({
  $ref: `#/components/schemas/${name}`
})
