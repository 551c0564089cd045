import type { OpenAPIV3_1 } from 'openapi-types'
import { refersTo, upstreamErrors } from '../http/error-responses.ts'
import { SDF_TYPE } from '../http/list-formats.ts'
import { MAX_ACCEPT_LENGTH } from '../http/request-limits.ts'
import { cacheHeaders, notModified } from '../http/response-headers.ts'
import { createItemParams, createItemQuery, createListQuery } from './list-query.ts'
import type { Resource } from './resource.ts'
import { score } from './structure-query.ts'

type Headers = NonNullable<OpenAPIV3_1.ResponseObject['headers']>

const success = { type: 'string', const: 'success' } as const

/** Responses of everybody's or, with a user's own token, of that user's. */
const security = [{}, { userToken: [] }]

/** The `schema` of the route that lists a resource. */
export function createListSchema(resource: Resource) {
  const { plural, singular, structures, examples } = resource
  const path = `/api/${resource.path}`
  const [[filter, value]] = Object.entries(examples.filters) as [[string, unknown]]
  const query = `limit=1&${new URLSearchParams({ [filter]: String(value) })}`
  const select = `select=${examples.columns}`
  const row = Object.fromEntries(examples.columns.map((name) => [name, examples.row[name]]))
  const headers: Headers = {
    ...cacheHeaders,
    link: {
      description:
        'The first page and the neighbors of this one, and the last page with `count=exact` (RFC 8288). With `after` the ' +
        'first and the next one: every page has a next one then, but for an empty one',
      required: true,
      schema: { type: 'string' },
      example: `<${path}?${query}&offset=0>; rel="first", <${path}?${query}&offset=1>; rel="next"`
    },
    'x-total-count': {
      description: 'Rows on all pages, if `count` was given',
      schema: { type: 'integer', minimum: 0 },
      example: 1
    },
    ...(structures && {
      'x-search-complete': {
        description:
          'With `substructure` or `similar`: whether every molecule has been searched. If not, because the service has ' +
          'just been started or there are too many, others may match too',
        schema: { type: 'string', enum: ['true', 'false'] },
        example: 'true'
      }
    })
  }
  const search = structures && new URLSearchParams({ similar: String(examples.row[structures.smiles]), limit: '1' })
  return {
    operationId: `list${toPascalCase(plural)}`,
    summary: `List ${describe(plural)}`,
    description:
      `One page at a time, as JSON, as a table (\`text/csv\`) or with one ${describe(singular)} per line (\`application/x-ndjson\`), ` +
      `as \`Accept\` says. ${structures ? `\`${SDF_TYPE}\` gives an SD file with the columns as data fields. ` : ''}An \`Accept\` of more than ${MAX_ACCEPT_LENGTH} characters is rejected (400).`,
    tags: ['Data'],
    security,
    querystring: createListQuery(resource),
    response: {
      200: {
        description: `A page of ${describe(plural)}`,
        headers,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['status', 'count', plural],
              properties: {
                status: success,
                count: { type: 'integer', minimum: 0, description: 'Rows on this page' },
                total: { type: 'integer', minimum: 0, description: 'Rows on all pages, if `count` was given' },
                [plural]: { type: 'array', items: refersToRow(resource) }
              }
            },
            examples: {
              page: {
                summary: `GET ${path}?${query}`,
                value: { status: 'success', count: 1, [plural]: [examples.row] }
              },
              columnsAndTotal: {
                summary: `GET ${path}?${query}&${select}&count=exact`,
                value: { status: 'success', count: 1, total: 1, [plural]: [row] }
              },
              ...(search && {
                search: {
                  summary: `GET ${path}?${search}&${select}`,
                  value: { status: 'success', count: 1, [plural]: [{ ...row, score: 1 }] }
                }
              })
            }
          },
          'text/csv': {
            schema: { type: 'string', description: 'A table with a header line (RFC 4180)' },
            examples: {
              table: {
                summary: `GET ${path}?${query}&${select}`,
                value: `${examples.columns}\r\n${Object.values(row)}\r\n`
              }
            }
          },
          'application/x-ndjson': {
            schema: { type: 'string', description: `One ${describe(singular)} as JSON per line` },
            examples: {
              lines: { summary: `GET ${path}?${query}&${select}`, value: `${JSON.stringify(row)}\n` }
            }
          },
          ...(structures && {
            [SDF_TYPE]: { schema: { type: 'string', description: 'A molfile (V2000) with data fields for each row' } }
          })
        }
      },
      304: notModified(headers),
      ...refersTo({ 401: 'InvalidToken', 403: 'Forbidden', 406: 'NotAcceptable' }),
      ...upstreamErrors,
      ...(structures && structureErrors)
    }
  }
}

/** What else a list with structures can meet. */
const structureErrors = refersTo({
  406: 'StructuresNotAcceptable',
  501: 'ChemistryMissing',
  503: 'StructureUnavailable'
})

/** The `schema` of the route that shows one row of a resource. */
export function createItemSchema(resource: Resource) {
  const { singular, examples } = resource
  return {
    operationId: `get${toPascalCase(singular)}`,
    summary: `Get one ${describe(singular)}`,
    tags: ['Data'],
    security,
    querystring: createItemQuery(resource),
    params: createItemParams(resource),
    response: {
      200: {
        description: `The ${describe(singular)}`,
        headers: cacheHeaders,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['status', singular],
              properties: { status: success, [singular]: refersToRow(resource) }
            },
            examples: {
              [singular]: {
                summary: `GET /api/${resource.path}/${examples.row.id}`,
                value: { status: 'success', [singular]: examples.row }
              }
            }
          }
        }
      },
      304: notModified(cacheHeaders),
      ...refersTo({ 401: 'InvalidToken', 403: 'Forbidden', 404: 'NotFound' }),
      ...upstreamErrors
    }
  }
}

/** The JSON Schema of a row; `$id` is its name in the OpenAPI document. */
export function createRowSchema({ singular, columns, includes, structures }: Resource) {
  const properties = Object.entries({ ...columns, ...includes, ...(structures && { score }) }).map(
    ([name, { schema, nullable }]) => [name, nullable ? { ...schema, type: [schema.type, 'null'].flat() } : schema]
  )
  return {
    $id: toPascalCase(singular),
    type: 'object',
    description: `A ${describe(singular)}: all its columns, or those that \`select\` names`,
    minProperties: 1,
    properties: Object.fromEntries(properties)
  }
}

function refersToRow({ singular }: Resource): OpenAPIV3_1.ReferenceObject {
  return { $ref: `#/components/schemas/${toPascalCase(singular)}` }
}

/** `property_type` as `PropertyType`. */
function toPascalCase(name: string): string {
  return name.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase())
}

/** A name in a sentence. */
function describe(name: string): string {
  return name.replaceAll('_', ' ')
}
