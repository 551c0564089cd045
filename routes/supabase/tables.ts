import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { noQuery } from '../../src/schemas.ts'

const tables: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/tables', { onRequest: app.requireAdmin, schema: { querystring: noQuery } }, async (request) => ({
    status: 'success',
    tables: await app.supabase.tables({ signal: request.departure })
  }))
}

export default tables
