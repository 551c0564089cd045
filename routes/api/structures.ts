import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { InvalidStructureError } from '../../src/chemistry/errors.ts'
import { MAX_DRAWING_SIZE, MIN_DRAWING_SIZE } from '../../src/chemistry/limits.ts'
import { toSdfRecord } from '../../src/chemistry/sdf.ts'
import { refersTo, upstreamErrors } from '../../src/http/error-responses.ts'
import { SDF_TYPE } from '../../src/http/list-formats.ts'
import { cacheHeaders, notModified } from '../../src/http/response-headers.ts'
import { noQuery, strict, wholeNumber } from '../../src/http/schemas.ts'
import { parseExactRows } from '../../src/resources/exact-rows.ts'
import { toIdCondition } from '../../src/resources/filter.ts'
import { molecules } from '../../src/resources/molecules.ts'

interface Molecule {
  id: string
  name: string
  smiles: string | null
  inchikey?: string | null
  [column: string]: string | boolean | null | undefined
}

const params = strict({
  id: Type.String({ format: 'uuid', description: 'The id of the molecule', examples: [molecules.examples.row.id] })
})

function describeFile(operationId: string, summary: string, mediaType: string) {
  return {
    operationId,
    summary,
    tags: ['Data'],
    security: [{}, { userToken: [] }],
    params,
    response: {
      200: {
        description: 'The structure',
        headers: cacheHeaders,
        content: { [mediaType]: { schema: { type: 'string' } } }
      },
      304: notModified(cacheHeaders),
      ...refersTo({ 401: 'InvalidToken', 403: 'Forbidden', 404: 'NotFound' }),
      ...upstreamErrors,
      ...refersTo({ 501: 'ChemistryMissing', 503: 'StructureUnavailable' })
    }
  }
}

const drawingSchema = {
  ...describeFile('drawMolecule', 'Draw a molecule', 'image/svg+xml'),
  querystring: strict({
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
  })
}

const molfileSchema = {
  ...describeFile('getMolfile', 'Get a molecule as a molfile (V2000)', 'chemical/x-mdl-molfile'),
  querystring: noQuery
}

const sdfSchema = {
  ...describeFile('getSdf', 'Get a molecule as an SD file, with its columns as data fields', SDF_TYPE),
  querystring: noQuery
}

const routes: FastifyPluginAsyncTypebox = async (app) => {
  /** The molecule, which has a structure. */
  const findMolecule = async (
    { supabase }: Pick<FastifyRequest, 'supabase'>,
    id: string
  ): Promise<Molecule & { smiles: string }> => {
    const page = await supabase.page(molecules.table, { filters: { id: toIdCondition(id) }, limit: 1 })
    const [molecule] = parseExactRows<Molecule>(page)
    if (!molecule) throw app.httpErrors.notFound('Not found: unknown id')
    const { smiles } = molecule
    if (smiles === null) throw app.httpErrors.notFound('Not found: this molecule has no structure')
    return { ...molecule, smiles }
  }

  app.get('/molecules/:id/structure.svg', { schema: drawingSchema }, async (request, reply) => {
    const { params, query } = request
    const { smiles, name } = await findMolecule(request, params.id)
    const drawing = await app.chemistry
      .draw({ smiles, size: query.size, theme: query.theme, title: name })
      .catch((error) => {
        if (!(error instanceof InvalidStructureError)) throw error
        throw app.httpErrors.notFound(`Not found: the SMILES of this molecule ${error.message}`)
      })
    reply.type('image/svg+xml')
    return drawing
  })

  app.get('/molecules/:id/structure.mol', { schema: molfileSchema }, async (request, reply) => {
    const [molfile] = await app.chemistry.toMolfiles([await findMolecule(request, request.params.id)])
    reply.type('chemical/x-mdl-molfile')
    return molfile
  })

  app.get('/molecules/:id/structure.sdf', { schema: sdfSchema }, async (request, reply) => {
    const molecule = await findMolecule(request, request.params.id)
    const [molfile = ''] = await app.chemistry.toMolfiles([molecule])
    const fields = Object.fromEntries(molecules.columnNames.map((name) => [name, molecule[name] ?? null]))
    reply.type(SDF_TYPE)
    return toSdfRecord(molfile, fields)
  })
}

export default routes
