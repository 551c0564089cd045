import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import { InvalidStructureError } from '../../src/chemistry/errors.ts'
import { MAX_STRUCTURE_LENGTH } from '../../src/chemistry/limits.ts'
import { chemistryErrors, refersTo, upstreamErrors } from '../../src/http/error-responses.ts'
import { describeJson, describeObject } from '../../src/http/json-response.ts'
import { cacheHeaders, notModified } from '../../src/http/response-headers.ts'
import { strict, wholeNumber } from '../../src/http/schemas.ts'
import { molecules } from '../../src/resources/molecules.ts'

const COLUMNS = ['id', 'name', 'molecular_formula', 'molecular_weight', 'smiles'] as const

type Molecule = Record<(typeof COLUMNS)[number], string | number | null>

const schema = {
  operationId: 'searchStructures',
  summary: 'Search molecules by structure',
  description:
    'By substructure (SMILES or a subset of SMARTS) or by similarity, the most similar first. Give one of the two. ' +
    'The structures are searched in memory; molecules that row level security hides are left out.',
  tags: ['Data'],
  security: [{}, { userToken: [] }],
  querystring: strict({
    substructure: Type.Optional(
      Type.String({
        description: 'A part that the molecules have, as SMILES or SMARTS',
        minLength: 1,
        maxLength: MAX_STRUCTURE_LENGTH,
        examples: ['CS(C)=O']
      })
    ),
    similar: Type.Optional(
      Type.String({
        description: 'A structure that the molecules are similar to, as SMILES',
        minLength: 1,
        maxLength: MAX_STRUCTURE_LENGTH
      })
    ),
    min: Type.Number({
      description: 'The least Tanimoto similarity, with `similar`',
      default: 0.7,
      minimum: 0.1,
      maximum: 1,
      examples: [0.8]
    }),
    limit: wholeNumber({ description: 'Molecules at most', default: 50, minimum: 1, maximum: 100, examples: [5] })
  }),
  response: {
    200: describeJson(
      'The best matches',
      describeObject({
        status: { type: 'string', const: 'success' },
        count: { type: 'integer', minimum: 0, description: 'Molecules in this response' },
        total: { type: 'integer', minimum: 0, description: 'Molecules that match, hidden ones included' },
        complete: { type: 'boolean', description: 'False while the index is being built: there may be more matches' },
        molecules: {
          type: 'array',
          items: describeObject({
            id: { type: 'string', format: 'uuid' },
            name: { type: 'string' },
            molecular_formula: { type: ['string', 'null'] },
            molecular_weight: { type: ['number', 'null'] },
            smiles: { type: ['string', 'null'] },
            score: { type: ['number', 'null'], description: 'The similarity, 0 to 1; null for a substructure' }
          })
        }
      }),
      {
        request: 'GET /api/structure-search?substructure=CS(C)=O&limit=5',
        value: {
          status: 'success',
          count: 1,
          total: 1,
          complete: true,
          molecules: [
            {
              id: '7c68f6e5-1350-4a12-9af5-c37e1727ea05',
              name: 'Dimethyl sulfoxide',
              molecular_formula: 'C2H6OS',
              molecular_weight: 78.14,
              smiles: 'CS(=O)C',
              score: null
            }
          ]
        }
      },
      cacheHeaders
    ),
    304: notModified(cacheHeaders),
    ...refersTo({ 401: 'InvalidToken', 403: 'Forbidden' }),
    ...upstreamErrors,
    ...chemistryErrors
  }
}

const routes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/structure-search', { schema }, async ({ query, supabase }) => {
    const { substructure, similar, min, limit } = query
    const parameter = substructure === undefined ? 'similar' : 'substructure'
    const structure = query[parameter]
    if (structure === undefined || (substructure !== undefined && similar !== undefined)) {
      throw app.httpErrors.badRequest('Either the query parameter "substructure" or "similar" is required')
    }
    const search =
      parameter === 'similar'
        ? app.structureIndex.findSimilar(structure, min)
        : app.structureIndex
            .findSubstructure(structure)
            .then(({ hits, complete }) => ({ hits: hits.map((id) => ({ id, score: null })), complete }))
    const { hits, complete } = await search.catch((error) => {
      if (!(error instanceof InvalidStructureError)) throw error
      throw app.httpErrors.badRequest(`The query parameter "${parameter}" ${error.message}`)
    })
    const best = hits.slice(0, limit)
    // With the caller's own token, so that row level security holds.
    const rows = best.length
      ? await supabase.select<Molecule>(molecules.table, {
          select: COLUMNS.join(),
          filters: { id: `in.(${best.map(({ id }) => id)})` },
          limit
        })
      : []
    const rowsById = new Map(rows.map((row) => [row.id, row]))
    const found = best.flatMap(({ id, score }) => {
      const row = rowsById.get(id)
      return row ? { ...row, score } : []
    })
    return { status: 'success', count: found.length, total: hits.length, complete, molecules: found }
  })
}

export default routes
