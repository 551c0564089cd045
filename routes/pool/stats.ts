import type { FastifyPluginAsync } from 'fastify'
import type { OpenAPIV3_1 } from 'openapi-types'
import { refersTo } from '../../src/http/error-responses.ts'
import { describeJson, describeObject } from '../../src/http/json-response.ts'
import { withHeaders } from '../../src/http/response-headers.ts'
import { noQuery } from '../../src/http/schemas.ts'

const statistics = describeObject(
  {
    created: count('Connections opened since the start'),
    reused: count('Times that a connection was acquired that was open already'),
    discarded: count('Connections retired since the start'),
    errors: count('Failures to acquire a connection: those that could not be opened, `timeouts` and `rejected`'),
    timeouts: count('Callers that waited in vain'),
    rejected: count('Callers rejected because too many were waiting'),
    retired: describeObject(
      {
        expired: count('They had reached `DB_POOL_TIMEOUT`'),
        idle: count('They were not needed beyond `DB_POOL_MIN_SIZE`'),
        renewed: count('Their keys had been replaced'),
        lost: count('They were closed by Supabase while they idled'),
        broken: count('They ended in use'),
        closed: count('The pool closed')
      },
      '`discarded` by reason'
    ),
    wait_ms: durations('How long callers waited that had to wait'),
    hold_ms: durations('How long connections were leased'),
    pool_size: count('Connections that are idle now'),
    active_connections: count('Connections that are open now, idle or in use'),
    min_size: count('The setting `DB_POOL_MIN_SIZE`'),
    max_size: count('The setting `DB_POOL_MAX_SIZE`'),
    in_use: count('Connections that are leased now'),
    waiting: count('Callers waiting for a connection now'),
    coalesced: count('Reads that joined an identical one under way instead of asking Supabase')
  },
  'At every moment `created - discarded = active_connections = pool_size + in_use`'
)

const noDurations = { count: 0, mean: 0, p50: 0, p90: 0, p99: 0, max: 0 }

const schema = {
  operationId: 'getPoolStatistics',
  summary: 'Get the statistics of the connection pool',
  description:
    'Needs the admin token if there is one. With `Accept: text/event-stream` it is sent again every second, to at most 20 ' +
    'callers at a time.',
  tags: ['Service'],
  security: [{}, { adminToken: [] }],
  querystring: noQuery,
  response: {
    200: describeJson(
      'The statistics of this moment',
      describeObject({ status: { type: 'string', const: 'success' }, stats: statistics }),
      {
        request: 'GET /pool/stats',
        value: {
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
      },
      withHeaders('x-request-id', 'vary')
    ),
    ...refersTo({ 401: 'Unauthorized' })
  }
}

const routes: FastifyPluginAsync = async (app) => {
  const read = () => ({ status: 'success', stats: { ...app.pool.stats(), coalesced: app.supabase.coalesced } })

  app.get('/stats', { schema, onRequest: app.requireAdminIfSet }, async (request, reply) => {
    reply.vary('Accept')
    const { method, headers } = request
    // A HEAD would never end.
    return method === 'GET' && headers.accept === 'text/event-stream' ? reply.sendEvents(read) : read()
  })
}

export default routes

function count(description: string): OpenAPIV3_1.SchemaObject {
  return { type: 'integer', minimum: 0, description }
}

function durations(description: string): OpenAPIV3_1.SchemaObject {
  const time: OpenAPIV3_1.SchemaObject = { type: 'number', minimum: 0 }
  return describeObject(
    { count: count('How many there were'), mean: time, p50: time, p90: time, p99: time, max: time },
    `${description}, in milliseconds`
  )
}
