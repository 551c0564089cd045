import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { noQuery } from '../src/http/schemas.ts'
import { getDocument, getService } from '../src/openapi/service.ts'

const index: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/', { schema: { querystring: noQuery }, config: { operation: getService } }, async () => ({
    name: 'CryoProtect API',
    status: 'running',
    environment: app.config.NODE_ENV,
    node_version: process.version,
    supabase_configured: !app.project.embedded,
    ...(app.project.embedded && {
      notice:
        'This is demonstration data from an embedded Supabase, in memory. ' +
        'Set SUPABASE_URL and SUPABASE_KEY to serve a project of your own.'
    }),
    links: {
      molecules: '/api/molecules',
      tables: '/supabase/tables',
      stats: '/pool/stats',
      metrics: '/metrics',
      live: '/health/live',
      ready: '/health/ready',
      openapi: '/openapi.json',
      docs: '/docs'
    }
  }))

  app.get('/openapi.json', { schema: { querystring: noQuery }, config: { operation: getDocument } }, async () =>
    app.swagger()
  )
}

export default index
