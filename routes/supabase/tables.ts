import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { noQuery } from '../../src/http/schemas.ts'
import { listTables } from '../../src/openapi/service.ts'

const tables: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/tables',
    { onRequest: app.requireAdmin, schema: { querystring: noQuery }, config: { operation: listTables } },
    async (request) => {
      try {
        return {
          status: 'success',
          tables: await app.supabase.tables({ signal: request.departure, context: request })
        }
      } catch (cause) {
        const { anon, service } = app.project.keys
        if (anon !== service || (cause as { code?: string }).code !== 'UPSTREAM_REFUSED_KEYS') throw cause
        const message = 'Supabase lists its tables for a service key only: set SUPABASE_SERVICE_KEY'
        throw app.httpErrors.createError(502, message, { code: 'SERVICE_KEY_MISSING', expose: true, cause })
      }
    }
  )
}

export default tables
