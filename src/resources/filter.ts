import { type TSchema, Type } from 'typebox'
import { wholeNumber } from '../http/schemas.ts'
import type { Condition } from '../supabase/filters.ts'

/** A query parameter that filters the rows of a resource by one of its columns. */
export interface Filter {
  readonly column: string
  /** The view that has the column, in the place of the resource's table. */
  readonly view?: string
  /** The JSON Schema of the parameter. */
  readonly schema: TSchema
  toConditions(value: unknown): readonly Condition[]
  /** Where few rows are found by an index, while `view` reads all. */
  readonly lookup?: Lookup
  /** What filters instead where a project lacks the view. */
  readonly fallback?: Filter
}

/** A view that knows which rows meet a filter's conditions. */
export interface Lookup {
  readonly view: string
  /** What the conditions are for. */
  readonly column: string
  /** The column with the rows' ids. */
  readonly id: string
}

const MAX_TEXT_LENGTH = 300

/** Rows whose column begins with the text, case-insensitive; every character stands for itself. */
export function startsWith(column: string, description: string): Filter {
  return { column, schema: text(description), toConditions: (value) => [{ startsWith: String(value) }] }
}

/** Rows whose column contains the text, case-insensitive; every character stands for itself. */
export function contains(column: string, description: string): Filter {
  return { column, schema: text(description), toConditions: (value) => [{ contains: String(value) }] }
}

/** Rows whose column equals the text. */
export function equals(column: string, description: string): Filter {
  return { column, schema: text(description), toConditions: (value) => [{ equals: String(value) }] }
}

/** Rows whose column equals the positive number. */
export function equalsInteger(column: string, description: string): Filter {
  const schema = wholeNumber({ description, minimum: 1, maximum: 2_147_483_647 })
  return { column, schema, toConditions: (value) => [{ equals: String(value) }] }
}

/** Rows whose column equals the id. */
export function equalsId(column: string, description: string): Filter {
  const schema = Type.String({ description, format: 'uuid' })
  return { column, schema, toConditions: (value) => [toIdCondition(String(value))] }
}

/** The condition of an id, in either case: PostgreSQL ignores it, the embedded Supabase compares text. */
export function toIdCondition(id: string): Condition {
  return { equals: id.toLowerCase() }
}

/** Rows whose column has the InChIKey, or one that begins with the block. */
export function hasInchikey(column: string, description: string): Filter {
  const toConditions = (value: unknown): Condition[] => {
    const key = String(value).toUpperCase()
    return [key.includes('-') ? { equals: key } : `like.${key}-*`]
  }
  return { column, schema: Type.String({ description, format: 'inchikey' }), toConditions }
}

/** Rows whose column has one of the names exactly, case-insensitive: there each name stands between line feeds. */
export function hasName(column: string, description: string): Filter {
  return { column, schema: text(description), toConditions: (value) => [{ contains: `\n${value}\n` }] }
}

/** Rows whose numeric column meets all comparisons, for instance `gte.90` and `lte.120`. */
export function inRange(column: string, description: string): Filter {
  const schema = Type.Unsafe<string | string[]>({ description, comparisons: 'plain' })
  return { column, schema, toConditions: (value) => [value].flat().map(String) }
}

function text(description: string): TSchema {
  return Type.String({ description: `${description}. Empty: no filter`, maxLength: MAX_TEXT_LENGTH, format: 'text' })
}
