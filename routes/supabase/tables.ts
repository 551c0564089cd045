import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { listTables } from '../../src/openapi/service.ts'
import { noQuery } from '../../src/schemas.ts'

const tables: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/tables',
    { onRequest: app.requireAdmin, schema: { querystring: noQuery }, config: { operation: listTables } },
    async (request) => ({
      status: 'success',
      tables: await app.supabase.tables({ signal: request.departure, context: request })
    })
  )
}

export default tables
