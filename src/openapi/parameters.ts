import type { OpenAPIV3_1 } from 'openapi-types'
import { MAX_IF_NONE_MATCH_LENGTH } from '../http/request-limits.ts'
import { columnList, columnOrder, cursor, formats } from '../http/schemas.ts'
import { moleculeColumns } from '../resources/molecule-columns.ts'

const column = `(${moleculeColumns.join('|')})`

/** Formats of our own as what everybody knows, by name; ids are known as they are. */
const patterns: Readonly<Record<string, string>> = {
  'text without NUL': formats['text without NUL'].source,
  [cursor]: formats[cursor].source,
  [columnList]: `^${column}(,${column})*$`,
  [columnOrder]: `^${column}\\.(asc|desc)(,${column}\\.(asc|desc))*$`
}

/** The parameters that several endpoints have and no schema knows. */
export const parameters: Record<string, OpenAPIV3_1.ParameterObject> = {
  'if-none-match': {
    name: 'if-none-match',
    in: 'header',
    description:
      'The `ETag` of an answer that the caller has: it comes again only if it has changed. More than ' +
      `${MAX_IF_NONE_MATCH_LENGTH} characters count as none`,
    schema: withExample({ type: 'string' }, '"an-older-tag"')
  }
}

type Schema = OpenAPIV3_1.SchemaObject
type ParameterSchema = NonNullable<OpenAPIV3_1.ParameterObject['schema']>

/** A schema with an example in the way of JSON Schema, for which `openapi-types` has no property. */
export function withExample(schema: ParameterSchema, example: unknown): ParameterSchema {
  return Object.assign({}, schema, { examples: [example] })
}

/** The parameters of a route's schema in the words of OpenAPI, each with its example if there is one. */
export function describeParameters(schema: Schema, examples: Readonly<Record<string, unknown>> = {}): Schema {
  const { properties = {}, required = [] } = schema as { properties?: Record<string, Schema>; required?: string[] }
  const described = Object.entries(properties).map(([name, property]) => [
    name,
    { ...meaningOf(property), ...(name in examples && { examples: [examples[name]] }) }
  ])
  return {
    ...schema,
    properties: Object.fromEntries(described),
    // What has a default need not be given.
    required: required.filter((name) => properties[name]?.default === undefined)
  }
}

/** In a URL a number is a text of a certain form: what it means comes last. */
function meaningOf({ allOf = [], format = '', ...rest }: Schema): object {
  const pattern = patterns[format]
  return {
    ...(rest.enum && { type: 'string' }),
    ...rest,
    ...allOf.at(-1),
    ...(pattern ? { pattern } : format && { format })
  }
}
