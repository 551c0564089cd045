import type { FastifyPluginAsync } from 'fastify'
import { refersTo } from '../../src/http/error-responses.ts'
import { describeJson, describeObject } from '../../src/http/json-response.ts'
import { noQuery } from '../../src/http/schemas.ts'

const livenessSchema = {
  operationId: 'getLiveness',
  summary: 'Check whether the process responds',
  tags: ['Service'],
  security: [],
  querystring: noQuery,
  response: {
    200: describeJson('It responds', describeObject({ status: { type: 'string', const: 'live' } }), {
      request: 'GET /health/live',
      value: { status: 'live' }
    })
  }
}

const readinessSchema = {
  operationId: 'getReadiness',
  summary: 'Check whether the service can do its work',
  tags: ['Service'],
  security: [],
  querystring: noQuery,
  response: {
    200: describeJson(
      'Supabase can be reached, accepts both keys and has what the service reads',
      describeObject({ status: { type: 'string', const: 'ready' } }),
      { request: 'GET /health/ready', value: { status: 'ready' } }
    ),
    ...refersTo({ 503: 'NotReady' })
  }
}

/** Polled every few seconds by machines: only what goes wrong is worth a line in the log. */
const options = { logLevel: 'warn', config: { exempt: true } } as const

const routes: FastifyPluginAsync = async (app) => {
  app.get('/live', { ...options, schema: livenessSchema }, async () => ({ status: 'live' }))

  app.get('/ready', { ...options, schema: readinessSchema }, async () => {
    await app.checkReadiness()
    return { status: 'ready' }
  })
}

export default routes
