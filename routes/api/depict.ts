import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import { InvalidStructureError } from '../../src/chemistry/errors.ts'
import { MAX_ATOMS, MAX_DRAWING_SIZE, MAX_STRUCTURE_LENGTH, MIN_DRAWING_SIZE } from '../../src/chemistry/limits.ts'
import { chemistryErrors, refersTo } from '../../src/http/error-responses.ts'
import { withHeaders } from '../../src/http/response-headers.ts'
import { strict, wholeNumber } from '../../src/http/schemas.ts'

/** A drawing never changes for the same parameters. */
const CACHE_CONTROL = 'public, max-age=31536000, immutable'

const headers = {
  ...withHeaders('x-request-id', 'etag', 'vary'),
  'cache-control': {
    description: 'A drawing never changes',
    required: true,
    schema: { type: 'string', const: CACHE_CONTROL },
    example: CACHE_CONTROL
  }
}

const schema = {
  operationId: 'drawStructure',
  summary: 'Draw a structure',
  description:
    `As SVG, the same bytes each time. A structure may have up to ${MAX_ATOMS} atoms. ` +
    'Needs the packages of chemistry, which a small image may leave out (501).',
  tags: ['Data'],
  security: [{}, { userToken: [] }],
  querystring: strict({
    smiles: Type.String({
      description: 'The structure as SMILES',
      minLength: 1,
      maxLength: MAX_STRUCTURE_LENGTH,
      examples: ['OCC(O)CO']
    }),
    size: wholeNumber({
      description: 'The width and height that the drawing fits into, in pixels',
      default: 300,
      minimum: MIN_DRAWING_SIZE,
      maximum: MAX_DRAWING_SIZE,
      examples: [200]
    }),
    theme: Type.Enum(['light', 'dark'], {
      description: 'For a light or a dark page',
      default: 'light',
      examples: ['dark']
    })
  }),
  response: {
    200: {
      description: 'The drawing',
      headers,
      content: { 'image/svg+xml': { schema: { type: 'string' } } }
    },
    304: { description: 'The caller has the drawing', headers },
    ...refersTo({ 401: 'InvalidToken' }),
    ...chemistryErrors
  }
} as const

const routes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/depict', { schema }, async ({ query }, reply) => {
    const { smiles, size, theme } = query
    const drawing = await app.chemistry.draw({ smiles, size, theme, title: smiles }).catch((error) => {
      if (!(error instanceof InvalidStructureError)) throw error
      throw app.httpErrors.badRequest(`The query parameter "smiles" ${error.message}`)
    })
    return reply.header('cache-control', CACHE_CONTROL).type('image/svg+xml').send(drawing)
  })
}

export default routes
