import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { noQuery } from '../../src/http/schemas.ts'
import { getPoolStatistics } from '../../src/openapi/service.ts'

const stats: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/stats',
    { onRequest: app.requireAdminIfSet, schema: { querystring: noQuery }, config: { operation: getPoolStatistics } },
    async () => ({
      status: 'success',
      stats: { ...app.pool.stats(), coalesced: app.supabase.coalesced }
    })
  )
}

export default stats
