import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import { refersTo, upstreamErrors } from '../../src/http/error-responses.ts'
import { describeJson, describeObject } from '../../src/http/json-response.ts'
import { cacheHeaders, notModified } from '../../src/http/response-headers.ts'
import { strict, wholeNumber } from '../../src/http/schemas.ts'
import { type MoleculeName, rankNames } from '../../src/resources/suggestions.ts'

/** Names that are ranked; they come shortest first, so that an exact match is among them. */
const MAX_NAMES = 200

const schema = {
  operationId: 'suggestMolecules',
  summary: 'Suggest molecules while a name is typed',
  description: 'By names, synonyms and abbreviations: exact matches first, then prefixes, then parts.',
  tags: ['Data'],
  security: [{}, { userToken: [] }],
  querystring: strict({
    q: Type.String({
      description: 'A part of a name, case-insensitive; every character stands for itself',
      minLength: 1,
      maxLength: 100,
      format: 'text',
      examples: ['dmso']
    }),
    limit: wholeNumber({ description: 'Molecules at most', default: 8, minimum: 1, maximum: 50, examples: [1] })
  }),
  response: {
    200: describeJson(
      'The best matches',
      describeObject({
        status: { type: 'string', const: 'success' },
        count: { type: 'integer', minimum: 0 },
        suggestions: {
          type: 'array',
          items: describeObject({
            molecule_id: { type: 'string', format: 'uuid' },
            molecule_name: { type: 'string' },
            name: { type: 'string', description: 'The name that matches' },
            kind: { type: 'string', enum: ['name', 'synonym', 'abbreviation'] }
          })
        }
      }),
      {
        request: 'GET /api/suggest?q=dmso&limit=1',
        value: {
          status: 'success',
          count: 1,
          suggestions: [
            {
              molecule_id: '7c68f6e5-1350-4a12-9af5-c37e1727ea05',
              molecule_name: 'Dimethyl sulfoxide',
              name: 'DMSO',
              kind: 'abbreviation'
            }
          ]
        }
      },
      cacheHeaders
    ),
    304: notModified(cacheHeaders),
    ...refersTo({ 401: 'InvalidToken', 403: 'Forbidden' }),
    ...upstreamErrors
  }
}

const routes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/suggest', { schema }, async ({ query, supabase }) => {
    const names = await supabase.select<MoleculeName>('molecule_names', {
      select: 'molecule_id,molecule_name,name,kind',
      filters: { name: { contains: query.q } },
      order: 'name_length.asc,name.asc,molecule_id.asc',
      limit: MAX_NAMES
    })
    const suggestions = rankNames(names, query.q, query.limit)
    return { status: 'success', count: suggestions.length, suggestions }
  })
}

export default routes
