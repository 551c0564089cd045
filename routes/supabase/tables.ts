import type { FastifyPluginAsync } from 'fastify'
import { refersTo, upstreamErrors } from '../../src/http/error-responses.ts'
import { describeJson, describeObject } from '../../src/http/json-response.ts'
import { noQuery } from '../../src/http/schemas.ts'
import { ServiceError } from '../../src/http/service-errors.ts'

const schema = {
  operationId: 'listTables',
  summary: 'List the tables and views of the project',
  description: 'In production only with the admin token.',
  tags: ['Service'],
  security: [{}, { adminToken: [] }],
  querystring: noQuery,
  response: {
    200: describeJson(
      'Their names, sorted',
      describeObject({
        status: { type: 'string', const: 'success' },
        tables: { type: 'array', items: { type: 'string' }, uniqueItems: true }
      }),
      {
        request: 'GET /supabase/tables',
        value: {
          status: 'success',
          tables: [
            'experiment_search',
            'experiments',
            'mixture_components',
            'mixture_search',
            'mixtures',
            'molecular_properties',
            'molecule_names',
            'molecule_search',
            'molecule_synonyms',
            'molecules',
            'property_types'
          ]
        }
      }
    ),
    ...refersTo({ 401: 'Unauthorized', 403: 'Closed' }),
    ...upstreamErrors
  }
}

const routes: FastifyPluginAsync = async (app) => {
  app.get('/tables', { schema, onRequest: app.requireAdmin }, async ({ supabase }) => {
    try {
      return { status: 'success', tables: await supabase.tables() }
    } catch (cause) {
      const { anon, service } = app.project.keys
      const isKeyMissing = anon === service && (cause as { code?: string }).code === 'UPSTREAM_REFUSED_KEYS'
      throw isKeyMissing ? new ServiceError('SERVICE_KEY_MISSING', { cause }) : cause
    }
  })
}

export default routes
