import type { OpenAPIV3_1 } from 'openapi-types'
import { errorResponses } from './error-responses.ts'
import { MAX_IF_NONE_MATCH_LENGTH } from './request-limits.ts'
import { responseHeaders } from './response-headers.ts'
import { ANY_PROPERTY, comparisonPatterns, errorSchema, formats, MAX_COMPARISONS } from './schemas.ts'

/** The OpenAPI document but for its paths. */
export function createDocument(version: string): Partial<OpenAPIV3_1.Document> {
  return {
    openapi: '3.1.1',
    info: {
      title: 'CryoProtect API',
      version,
      summary: 'Cryoprotectants, from a Supabase project',
      description: [
        'Molecules and mixtures, tables and pool statistics of CryoProtect, a database of cryoprotectants.',
        'Every path that supports `GET` supports `HEAD` too. Every error has one shape, whatever the path; its ' +
          '`request_id` is also in the header `x-request-id` and in the log. Unknown paths are 404.'
      ].join('\n\n'),
      license: { name: 'MIT', identifier: 'MIT' }
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'Data', description: "CryoProtect's data" },
      { name: 'Service', description: 'The state of the service, for operators' }
    ],
    components: {
      securitySchemes: {
        userToken: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: "A user's own Supabase JWT, so that row level security sees that user"
        },
        adminToken: { type: 'http', scheme: 'bearer', description: 'The setting `ADMIN_TOKEN` of the service' }
      },
      // Copied, as TypeBox marks its schemas in ways that are not JSON.
      schemas: { Error: JSON.parse(JSON.stringify(errorSchema)) },
      parameters: {
        'if-none-match': {
          name: 'if-none-match',
          in: 'header',
          description:
            'The `ETag` of a response that the caller has: it is sent again only if it has changed. More than ' +
            `${MAX_IF_NONE_MATCH_LENGTH} characters are ignored`,
          schema: withExample({ type: 'string' }, '"an-older-tag"')
        }
      },
      headers: responseHeaders,
      responses: errorResponses
    }
  }
}

type Parameter = OpenAPIV3_1.ParameterObject

interface ParameterSchema {
  type?: string
  description?: string
  enum?: unknown[]
  default?: unknown
  format?: string
  allOf?: object[]
  columns?: readonly string[]
  columnOrder?: readonly string[]
  comparisons?: keyof typeof comparisonPatterns
  examples?: unknown[]
  items?: object
  maxItems?: number
  pattern?: string
}

interface ObjectSchema {
  properties?: Record<string, ParameterSchema>
  required?: string[]
}

/** The parameters of a route's schema in the terms of OpenAPI. */
export function describeParameters({ properties = {}, required = [], ...rest }: ObjectSchema): ObjectSchema {
  const described = Object.entries(properties).map(([name, schema]) => [name, describeParameter(schema)])
  return {
    ...rest,
    properties: Object.fromEntries(described),
    // What has a default need not be given.
    required: required.filter((name) => properties[name]?.default === undefined)
  }
}

/** Replaces the formats and keywords of ajv's that only this service knows by patterns. */
function describeParameter(schema: ParameterSchema): ParameterSchema {
  // In a URL a number is a text of a certain form: what it means comes last.
  const { allOf = [], format, columns, columnOrder, comparisons, ...rest } = schema
  if (comparisons) {
    const items = { type: 'string', pattern: comparisonPatterns[comparisons] }
    return { ...rest, type: 'array', items, maxItems: MAX_COMPARISONS }
  }
  return {
    ...(rest.enum && { type: 'string' }),
    ...rest,
    ...allOf.at(-1),
    ...(format && describeFormat(format)),
    ...(columns && { pattern: createListPattern(columns) }),
    ...(columnOrder && { pattern: createListPattern(columnOrder, '\\.(asc|desc)') })
  }
}

/** Every tool knows UUIDs, and the formats that are not in the list. */
function describeFormat(format: string): ParameterSchema {
  const own = format === 'uuid' ? undefined : formats[format as keyof typeof formats]
  return own ? { pattern: own.pattern.source } : { format }
}

function createListPattern(items: readonly string[], suffix = ''): string {
  const names = items.map((name) => (name === ANY_PROPERTY ? 'property\\.[^,]+' : name))
  const item = `(${names.join('|')})${suffix}`
  return `^${item}(,${item})*$`
}

/**
 * An optional parameter with its example in its schema: Swagger UI fills in what stands beside the schema, and all filters
 * together find hardly anything.
 */
export function moveExample(parameter: Parameter): Parameter {
  const { example, ...rest } = parameter
  if (parameter.required || !parameter.schema || example === undefined) return parameter
  return { ...rest, schema: withExample(parameter.schema, example) }
}

/** A schema with an example in the way of JSON Schema, for which `openapi-types` has no property. */
function withExample<T extends object>(schema: T, example: unknown): T {
  return { ...schema, examples: [example] }
}
