import { type TSchema, Type } from 'typebox'
import { wholeNumber } from '../http/schemas.ts'
import type { Condition } from '../supabase/filters.ts'

/** A query parameter that filters the rows of a resource by one of its columns. */
export interface Filter {
  readonly column: string
  /** The JSON Schema of the parameter. */
  readonly schema: TSchema
  toCondition(value: string): Condition
}

const MAX_TEXT_LENGTH = 300

/** Rows whose column begins with the text, case-insensitive; every character stands for itself. */
export function startsWith(column: string, description: string): Filter {
  return { column, schema: text(description), toCondition: (value) => ({ startsWith: value }) }
}

/** Rows whose column contains the text, case-insensitive; every character stands for itself. */
export function contains(column: string, description: string): Filter {
  return { column, schema: text(description), toCondition: (value) => ({ contains: value }) }
}

/** Rows whose column equals the text. */
export function equals(column: string, description: string): Filter {
  return { column, schema: text(description), toCondition: (value) => ({ equals: value }) }
}

/** Rows whose column equals the positive number. */
export function equalsInteger(column: string, description: string): Filter {
  const schema = wholeNumber({ description, minimum: 1, maximum: 2_147_483_647 })
  return { column, schema, toCondition: (value) => ({ equals: value }) }
}

function text(description: string): TSchema {
  return Type.String({ description: `${description}. Empty: no filter`, maxLength: MAX_TEXT_LENGTH, format: 'text' })
}
