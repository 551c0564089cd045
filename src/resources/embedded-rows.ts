import { describeObject } from '../http/json-response.ts'

const id = { type: 'string', format: 'uuid' } as const
const name = { type: 'string' } as const

/** The columns that hold the value of a property or of an experiment; which one, the type's `data_type` says. */
export const valueColumns = {
  numeric_value: { type: ['number', 'null'] },
  text_value: { type: ['string', 'null'] },
  boolean_value: { type: ['boolean', 'null'] }
} satisfies Record<string, { type: ['number' | 'string' | 'boolean', 'null'] }>

/** JSON Schemas of rows that other rows embed; null where row level security hides them from the caller. */
export const embeddedRows = {
  molecule: nullable({ id, name }),
  mixture: nullable({ id, name }),
  propertyType: nullable({ id, name, units: { type: ['string', 'null'] } })
}

type Schema = ReturnType<typeof describeObject>

function nullable(properties: Record<string, Schema>): Schema & { type: ['object', 'null'] } {
  const description = 'Null where row level security hides it from the caller'
  return { ...describeObject(properties, description), type: ['object', 'null'] } as ReturnType<typeof nullable>
}
