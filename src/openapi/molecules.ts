import type { OpenAPIV3_1 } from 'openapi-types'
import { MAX_ACCEPT_LENGTH } from '../http/request-limits.ts'
import { withHeaders } from './headers.ts'
import { type Operation, withUserToken } from './operation.ts'
import { failingSupabase, refusedWith } from './refusals.ts'
import { named, object, succeeded } from './schemas.ts'

const glycerol = {
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
}

/** Of an answer that caches may keep. */
const cachedHeaders = withHeaders('x-request-id', 'etag', 'cache-control', 'vary')

type Headers = NonNullable<OpenAPIV3_1.ResponseObject['headers']>

const listHeaders: Headers = {
  ...cachedHeaders,
  link: {
    description:
      'The first page and the neighbours of this one, and the last page with `count=exact` (RFC 8288). With `after` the ' +
      'first and the next one: every page has a next one then, but for an empty one',
    required: true,
    schema: { type: 'string' },
    example:
      '</api/molecules?limit=1&name=gly&offset=0>; rel="first", ' +
      '</api/molecules?limit=1&name=gly&offset=1>; rel="next"'
  },
  'x-total-count': {
    description: 'Molecules on all pages, if `count` was given',
    schema: { type: 'integer', minimum: 0 },
    example: 1
  }
}

const notModified = (headers: Headers): OpenAPIV3_1.ResponseObject => ({
  description: 'The caller has it already, as `If-None-Match` says',
  headers
})

/** `GET /api/molecules` */
export const listMolecules: Operation = {
  operationId: 'listMolecules',
  summary: 'Molecules, a page at a time',
  description:
    'As JSON, as a table (`text/csv`) or with a molecule in each line (`application/x-ndjson`), as `Accept` wants, ' +
    `which has at most ${MAX_ACCEPT_LENGTH} characters (400).`,
  tags: ['Molecules'],
  security: withUserToken,
  examples: {
    limit: 5,
    offset: 0,
    after: '',
    name: 'gly',
    q: 'cer',
    formula: 'C3H8O3',
    cid: 753,
    order: 'molecular_weight.desc',
    select: 'name,molecular_formula,molecular_weight',
    count: 'exact'
  },
  parameters: [{ $ref: '#/components/parameters/if-none-match' }],
  responses: {
    200: {
      description: 'A page of molecules',
      headers: listHeaders,
      content: {
        'application/json': {
          schema: {
            type: 'object',
            required: ['status', 'count', 'molecules'],
            properties: {
              status: succeeded,
              count: { type: 'integer', minimum: 0, description: 'Molecules on this page' },
              total: { type: 'integer', minimum: 0, description: 'Molecules on all pages, if `count` was given' },
              molecules: { type: 'array', items: named('Molecule') }
            }
          },
          examples: {
            page: {
              summary: 'GET /api/molecules?limit=1&name=gly',
              value: { status: 'success', count: 1, molecules: [glycerol] }
            },
            columnsAndTotal: {
              summary: 'GET /api/molecules?formula=C3H8O3&select=name,smiles&count=exact',
              value: {
                status: 'success',
                count: 1,
                total: 1,
                molecules: [{ name: 'Glycerol', smiles: 'OCC(O)CO' }]
              }
            }
          }
        },
        'text/csv': {
          schema: { type: 'string', description: 'A table with a header line (RFC 4180)' },
          examples: {
            table: {
              summary: 'GET /api/molecules?limit=2&select=name,smiles',
              value: 'name,smiles\r\n"(2R,3R)-2,3-Butanediol",C[C@@H](O)[C@@H](C)O\r\n"1,2-Butanediol",CCC(O)CO\r\n'
            }
          }
        },
        'application/x-ndjson': {
          schema: { type: 'string', description: 'A molecule as JSON in each line' },
          examples: {
            lines: {
              summary: 'GET /api/molecules?limit=2&select=name,smiles',
              value:
                '{"name":"(2R,3R)-2,3-Butanediol","smiles":"C[C@@H](O)[C@@H](C)O"}\n' +
                '{"name":"1,2-Butanediol","smiles":"CCC(O)CO"}\n'
            }
          }
        }
      }
    },
    304: notModified(listHeaders),
    ...refusedWith({ 401: 'InvalidToken', 403: 'Forbidden', 406: 'NotAcceptable', ...failingSupabase })
  }
}

/** `GET /api/molecules/:id` */
export const getMolecule: Operation = {
  operationId: 'getMolecule',
  summary: 'One molecule',
  tags: ['Molecules'],
  security: withUserToken,
  examples: { id: glycerol.id, select: 'name,molecular_weight' },
  parameters: [{ $ref: '#/components/parameters/if-none-match' }],
  responses: {
    200: {
      description: 'The molecule',
      headers: cachedHeaders,
      content: {
        'application/json': {
          schema: object({ status: succeeded, molecule: named('Molecule') }),
          examples: {
            molecule: {
              summary: `GET /api/molecules/${glycerol.id}`,
              value: { status: 'success', molecule: glycerol }
            }
          }
        }
      }
    },
    304: notModified(cachedHeaders),
    ...refusedWith({
      401: 'InvalidToken',
      403: 'Forbidden',
      404: 'NotFound',
      414: 'UriTooLong',
      ...failingSupabase
    })
  }
}
