import type { OpenAPIV3_1 } from 'openapi-types'
import { withHeaders } from './headers.ts'
import { everybody, type Operation, withAdminToken } from './operation.ts'
import { failingSupabase, refusedWith, vitalRefusedWith } from './refusals.ts'
import { named, object, succeeded } from './schemas.ts'

/** An answer as JSON with an example, which is what the request `example` gets. */
function json(
  description: string,
  schema: OpenAPIV3_1.SchemaObject,
  request: string,
  value: object
): OpenAPIV3_1.ResponseObject {
  return {
    description,
    headers: withHeaders('x-request-id'),
    content: { 'application/json': { schema, examples: { answer: { summary: request, value } } } }
  }
}

const text: OpenAPIV3_1.SchemaObject = { type: 'string' }

/** `GET /` */
export const getService: Operation = {
  operationId: 'getService',
  summary: 'Who is there and where to go',
  tags: ['Service'],
  security: everybody,
  responses: {
    200: json(
      'What is running',
      {
        type: 'object',
        required: ['name', 'status', 'environment', 'node_version', 'supabase_configured', 'links'],
        properties: {
          name: text,
          status: { type: 'string', const: 'running' },
          environment: { type: 'string', enum: ['development', 'test', 'production'] },
          node_version: text,
          supabase_configured: { type: 'boolean', description: 'False if it serves demonstration data' },
          notice: { type: 'string', description: 'How to serve a project instead of demonstration data' },
          links: { type: 'object', description: 'Paths by name', additionalProperties: text }
        }
      },
      'GET /',
      {
        name: 'CryoProtect API',
        status: 'running',
        environment: 'development',
        node_version: 'v24.21.0',
        supabase_configured: false,
        notice:
          'This is demonstration data from an embedded Supabase, in memory. ' +
          'Set SUPABASE_URL and SUPABASE_KEY to serve a project of your own.',
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
      }
    ),
    ...refusedWith()
  }
}

/** `GET /openapi.json` */
export const getDocument: Operation = {
  operationId: 'getOpenApiDocument',
  summary: 'This document',
  tags: ['Service'],
  security: everybody,
  responses: {
    200: {
      description: 'An OpenAPI 3.1 document',
      headers: withHeaders('x-request-id'),
      content: {
        'application/json': {
          schema: {
            type: 'object',
            required: ['openapi', 'info', 'paths'],
            properties: {
              openapi: { type: 'string', pattern: '^3\\.1\\.' },
              info: { type: 'object' },
              paths: { type: 'object' }
            }
          }
        }
      }
    },
    ...refusedWith()
  }
}

/** `GET /supabase/tables` */
export const listTables: Operation = {
  operationId: 'listTables',
  summary: 'The tables and views of the project',
  description: 'In production only with the admin token.',
  tags: ['Service'],
  security: withAdminToken,
  responses: {
    200: json(
      'Their names, sorted',
      object({ status: succeeded, tables: { type: 'array', items: text, uniqueItems: true } }),
      'GET /supabase/tables',
      {
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
    ),
    ...refusedWith({ 401: 'Unauthorized', 403: 'Closed', ...failingSupabase })
  }
}

const noDurations = { count: 0, mean: 0, p50: 0, p90: 0, p99: 0, max: 0 }

/** `GET /pool/stats` */
export const getPoolStatistics: Operation = {
  operationId: 'getPoolStatistics',
  summary: 'The statistics of the connection pool',
  description: 'Only with the admin token if there is one.',
  tags: ['Service'],
  security: withAdminToken,
  responses: {
    200: json(
      'The statistics of this moment',
      object({ status: succeeded, stats: named('PoolStatistics') }),
      'GET /pool/stats',
      {
        status: 'success',
        stats: {
          created: 2,
          reused: 1,
          discarded: 0,
          errors: 0,
          timeouts: 0,
          rejected: 0,
          retired: { expired: 0, idle: 0, renewed: 0, lost: 0, broken: 0, closed: 0 },
          wait_ms: noDurations,
          hold_ms: { count: 1, mean: 55.92, p50: 55.935, p90: 55.935, p99: 55.935, max: 55.935 },
          pool_size: 2,
          active_connections: 2,
          min_size: 2,
          max_size: 10,
          in_use: 0,
          waiting: 0,
          coalesced: 0
        }
      }
    ),
    ...refusedWith({ 401: 'Unauthorized' })
  }
}

/** `GET /metrics` */
export const getMetrics: Operation = {
  operationId: 'getMetrics',
  summary: 'The figures of the service for Prometheus',
  description: 'Only with the admin token if there is one.',
  tags: ['Service'],
  security: withAdminToken,
  responses: {
    200: {
      description: "All metrics, in Prometheus' text format",
      headers: withHeaders('x-request-id'),
      content: { 'text/plain': { schema: text } }
    },
    ...vitalRefusedWith({ 401: 'Unauthorized' })
  }
}

/** `GET /health/live` */
export const getLiveness: Operation = {
  operationId: 'getLiveness',
  summary: 'Whether the process answers',
  tags: ['Service'],
  security: everybody,
  responses: {
    200: json('It does', object({ status: { type: 'string', const: 'live' } }), 'GET /health/live', { status: 'live' }),
    ...vitalRefusedWith()
  }
}

/** `GET /health/ready` */
export const getReadiness: Operation = {
  operationId: 'getReadiness',
  summary: 'Whether the service can do its work',
  tags: ['Service'],
  security: everybody,
  responses: {
    200: json(
      'Supabase can be reached, accepts both keys and has what the service reads',
      object({ status: { type: 'string', const: 'ready' } }),
      'GET /health/ready',
      { status: 'ready' }
    ),
    ...vitalRefusedWith({ 503: 'NotReady' })
  }
}
