import type { FastifyPluginAsync } from 'fastify'
import { DEMO_NOTICE } from '../src/http/demo-notice.ts'
import { describeJson } from '../src/http/json-response.ts'
import { withHeaders } from '../src/http/response-headers.ts'
import { noQuery } from '../src/http/schemas.ts'

const links = {
  molecules: '/api/molecules',
  mixtures: '/api/mixtures',
  experiments: '/api/experiments',
  property_types: '/api/property-types',
  suggest: '/api/suggest?q=dmso',
  tables: '/supabase/tables',
  stats: '/pool/stats',
  metrics: '/metrics',
  live: '/health/live',
  ready: '/health/ready',
  openapi: '/openapi.json',
  docs: '/docs'
}

const serviceSchema = {
  operationId: 'getService',
  summary: 'Get what is running and where to go',
  description: 'To browsers, which prefer `text/html`, it is a page.',
  tags: ['Service'],
  security: [],
  querystring: noQuery,
  response: {
    200: describeJson(
      'What is running',
      {
        type: 'object',
        required: ['name', 'status', 'environment', 'node_version', 'supabase_configured', 'links'],
        properties: {
          name: { type: 'string' },
          status: { type: 'string', const: 'running' },
          environment: { type: 'string', enum: ['development', 'test', 'production'] },
          node_version: { type: 'string' },
          supabase_configured: { type: 'boolean', description: 'False if it serves demonstration data' },
          notice: { type: 'string', description: 'How to serve a project instead of demonstration data' },
          links: { type: 'object', description: 'Paths by name', additionalProperties: { type: 'string' } }
        }
      },
      {
        request: 'GET /',
        value: {
          name: 'CryoProtect API',
          status: 'running',
          environment: 'development',
          node_version: 'v24.21.0',
          supabase_configured: false,
          notice: DEMO_NOTICE,
          links
        }
      },
      withHeaders('x-request-id', 'etag', 'vary')
    )
  }
}

const documentSchema = {
  operationId: 'getOpenApiDocument',
  summary: 'Get this document',
  tags: ['Service'],
  security: [],
  querystring: noQuery,
  response: {
    200: describeJson('An OpenAPI 3.1 document', {
      type: 'object',
      required: ['openapi', 'info', 'paths'],
      properties: {
        openapi: { type: 'string', pattern: '^3\\.1\\.' },
        info: { type: 'object' },
        paths: { type: 'object' }
      }
    })
  }
}

const routes: FastifyPluginAsync = async (app) => {
  app.get('/', { schema: serviceSchema, onRequest: app.offerPage, onSend: app.tagContent }, async () => ({
    name: 'CryoProtect API',
    status: 'running',
    environment: app.config.NODE_ENV,
    node_version: process.version,
    supabase_configured: !app.project.embedded,
    ...(app.project.embedded && { notice: DEMO_NOTICE }),
    links
  }))

  app.get('/openapi.json', { schema: documentSchema }, async () => app.swagger())
}

export default routes
