import t from 'tap'
import { toErrorResponse } from '../../../src/http/error-response.ts'
import { QueueFullError } from '../../../src/pool/errors.ts'
import { SupabaseError } from '../../../src/supabase/errors.ts'

const httpError = (statusCode: number, message: string) => Object.assign(new Error(message), { statusCode })

t.test('an unexpected error is a 500 without its message', (t) => {
  const secret = new Error('the key is abc')
  const silent = { statusCode: 500, body: { message: 'Internal Server Error', code: 'INTERNAL_SERVER_ERROR' } }
  t.match(toErrorResponse(secret, 'id'), silent)
  t.match(toErrorResponse(Object.assign(secret, { code: 'ABC' }), 'id'), silent)
  t.match(toErrorResponse(Object.assign(secret, { statusCode: 200 }), 'id'), silent)
  t.match(toErrorResponse(Object.assign(secret, { statusCode: 799 }), 'id'), silent)
  t.match(toErrorResponse(null, 'id'), silent)
  t.match(toErrorResponse({ statusCode: 404, message: 'x' }, 'id'), silent)
  t.match(toErrorResponse(Object.assign(new Error('x'), { statusCode: 409, code: 23505 }), 'id').body, {
    code: 'CONFLICT'
  })
  t.match(toErrorResponse(httpError(502, 'internals'), 'id'), { statusCode: 502, body: { message: 'Bad Gateway' } })
  t.end()
})

t.test('headers of an error are not sent', (t) => {
  const headers = { authorization: 'Bearer secret' }
  for (const statusCode of [400, 500]) {
    t.strictSame(toErrorResponse(Object.assign(new Error('x'), { statusCode, headers }), 'id').headers, {})
  }
  t.end()
})

t.test('errors of the pool and of Supabase keep their status, code and message', (t) => {
  t.strictSame(toErrorResponse(new QueueFullError('Supabase', 7), 'id'), {
    statusCode: 503,
    headers: { 'retry-after': '1' },
    body: {
      status: 'error',
      message: '7 requests are waiting for a connection to Supabase already',
      code: 'POOL_QUEUE_FULL',
      request_id: 'id'
    }
  })
  const busy = new SupabaseError('UPSTREAM_UNAVAILABLE', { retryAfter: 9 })
  t.match(toErrorResponse(busy, 'id'), { headers: { 'retry-after': '9' }, body: { code: 'UPSTREAM_UNAVAILABLE' } })
  t.end()
})

t.test('a client error keeps its message, and a validation error names the value', (t) => {
  t.match(toErrorResponse(httpError(404, 'no such thing'), 'id').body, { message: 'no such thing', code: 'NOT_FOUND' })
  t.match(toErrorResponse(httpError(401, 'who?'), 'id').headers, { 'www-authenticate': 'Bearer' })
  const fault = { instancePath: '/n', keyword: 'minimum', message: 'must be >= 1', params: {} }
  const messages = { querystring: 'query parameter', params: 'path parameter', headers: 'header', x: 'x' }
  for (const [validationContext, kind] of Object.entries(messages)) {
    const error = Object.assign(new Error('x'), { code: 'FST_ERR_VALIDATION', validation: [fault], validationContext })
    t.match(toErrorResponse(error, 'id'), {
      statusCode: 400,
      body: { message: `The ${kind} "n" must be >= 1`, code: 'BAD_REQUEST' }
    })
  }
  const sentences: [fault: object, validationContext: string, message: string][] = [
    [{ keyword: 'format', params: { format: 'uuid' } }, 'params', 'The path parameter "n" must be a UUID'],
    [
      { keyword: 'format', params: { format: 'email' }, message: 'must match format "email"' },
      'params',
      'The path parameter "n" must match format "email"'
    ],
    [{ keyword: 'type', params: { type: 'string' } }, 'querystring', 'The query parameter "n" must be given once'],
    [
      { keyword: 'type', params: { type: 'string' }, message: 'must be string' },
      'body',
      'The body property "n" must be string'
    ],
    [{ instancePath: '', keyword: 'type', message: 'must be object' }, 'body', 'The body must be object'],
    [
      { instancePath: '', keyword: 'required', params: { missingProperty: 'n' } },
      'body',
      'The body property "n" is required'
    ],
    [
      { instancePath: '/parts/0', keyword: 'required', params: { missingProperty: 'n' } },
      'body',
      'The body property "parts/0/n" is required'
    ],
    [
      { instancePath: '', keyword: 'additionalProperties', params: { additionalProperty: 'x' } },
      'body',
      'Unknown body property "x"'
    ]
  ]
  for (const [more, validationContext, message] of sentences) {
    const error = Object.assign(new Error('x'), { validation: [{ ...fault, ...more }], validationContext })
    t.equal(toErrorResponse(error, 'id').body.message, message)
  }
  const unknown = { ...fault, instancePath: '', keyword: 'additionalProperties', params: { additionalProperty: 'x' } }
  const error = Object.assign(new Error('x'), { validation: [unknown], validationContext: 'querystring' })
  t.equal(toErrorResponse(error, 'id').body.message, 'Unknown query parameter "x"')
  t.end()
})
