import type { OpenAPIV3_1 } from 'openapi-types'
import { AcquireTimeoutError, ConnectError, PoolClosedError, type PoolError, QueueFullError } from '../pool/errors.ts'
import { SUPABASE_ERRORS, UPSTREAM_NAME } from '../supabase/errors.ts'
import { describeAccepted, listFormats, SDF_TYPE } from './list-formats.ts'
import { MAX_REQUEST_BYTES } from './request-limits.ts'
import { withHeaders } from './response-headers.ts'
import { SERVICE_ERRORS } from './service-errors.ts'

/** Messages by code, as they are really given. */
type Messages = Readonly<Record<string, string>>

const REQUEST_ID = '86740f88-95b6-4142-928c-58dae329e08e'
const UNREACHABLE = describePoolError(new ConnectError(UPSTREAM_NAME, new Error()))

const UNAVAILABLE: Messages = {
  ...pickServiceErrors('OVERLOADED'),
  ...describePoolError(new AcquireTimeoutError(UPSTREAM_NAME, 10_000)),
  ...describePoolError(new QueueFullError(UPSTREAM_NAME, 1000)),
  ...describePoolError(new PoolClosedError()),
  ...pickSupabaseErrors(503)
}

/** The error responses of the OpenAPI document, by name. */
export const errorResponses = {
  BadRequest: describeError(
    'A parameter is unknown, has a wrong value or is given twice, there are too many, or the request is malformed',
    { BAD_REQUEST: 'The query parameter "limit" must be <= 1000' }
  ),
  Unauthorized: describeError(
    'The admin token is missing or wrong',
    { UNAUTHORIZED: 'Admin bearer token required' },
    'www-authenticate'
  ),
  InvalidToken: describeError(
    "Supabase rejected the user's token",
    { ...pickSupabaseErrors(401), UNAUTHORIZED: 'Authorization must be a bearer token' },
    'www-authenticate'
  ),
  Closed: describeError('The service is in production and has no `ADMIN_TOKEN`', {
    FORBIDDEN: 'Closed in production until ADMIN_TOKEN is set'
  }),
  Forbidden: describeError('Supabase does not allow that to this user', pickSupabaseErrors(403)),
  NotFound: describeError('There is no such row, or not for this user', {
    NOT_FOUND: 'Not found: unknown id'
  }),
  NotAcceptable: describeError('`Accept` allows none of the formats', {
    NOT_ACCEPTABLE: describeAccepted(Object.keys(listFormats))
  }),
  StructuresNotAcceptable: describeError('`Accept` allows none of the formats of a list with structures', {
    NOT_ACCEPTABLE: describeAccepted([...Object.keys(listFormats), SDF_TYPE])
  }),
  RequestTimeout: describeError('The request took too long to arrive', {
    REQUEST_TIMEOUT: 'The request took too long to arrive'
  }),
  ContentTooLarge: describeError(
    `The request has a body, which is not read, of more than ${MAX_REQUEST_BYTES} bytes or of unknown length`,
    { PAYLOAD_TOO_LARGE: `The body of a GET request must have a Content-Length <= ${MAX_REQUEST_BYTES}` }
  ),
  UriTooLong: describeError('The URL is too long', { URI_TOO_LONG: 'The URL, or a part of its path, is too long' }),
  TooManyRequests: describeError(
    'The client has sent more requests in a minute than `RATE_LIMIT`, if there is such a limit',
    { TOO_MANY_REQUESTS: 'Rate limit of 60 requests per minute exceeded' },
    'ratelimit-limit',
    'ratelimit-remaining',
    'ratelimit-reset',
    'retry-after'
  ),
  Overloaded: describeError('The service is overloaded', pickServiceErrors('OVERLOADED'), 'retry-after'),
  ExpectationFailed: describeError('`Expect` names something other than `100-continue`', {
    EXPECTATION_FAILED: 'Only "Expect: 100-continue" is supported'
  }),
  HeadersTooLarge: describeError("The request's headers are too large", {
    REQUEST_HEADER_FIELDS_TOO_LARGE: "The request's headers are too large"
  }),
  BadGateway: describeError("Supabase cannot be reached, fails, rejects the service's keys or lacks its tables", {
    ...UNREACHABLE,
    ...pickSupabaseErrors(502),
    ...pickServiceErrors('SERVICE_KEY_MISSING')
  }),
  Unavailable: describeError(
    'No connection is available, or Supabase or the service is overloaded',
    UNAVAILABLE,
    'retry-after'
  ),
  NotReady: describeError(
    'Supabase cannot be reached, does not accept both keys, or lacks what the service reads',
    { NOT_READY: `${SERVICE_ERRORS.NOT_READY[1]}: ${Object.values(UNREACHABLE)[0]}` },
    'retry-after'
  ),
  ChemistryMissing: describeError(
    'The packages of chemistry are not installed',
    pickServiceErrors('CHEMISTRY_NOT_INSTALLED')
  ),
  ChemistryOverloaded: describeError(
    'The structure takes too long, or the service is overloaded',
    { ...pickServiceErrors('OVERLOADED'), ...pickServiceErrors('CHEMISTRY_OVERLOADED') },
    'retry-after'
  ),
  StructureUnavailable: describeError(
    'No connection is available, the structure takes too long, or Supabase or the service is overloaded',
    { ...UNAVAILABLE, ...pickServiceErrors('CHEMISTRY_OVERLOADED') },
    'retry-after'
  ),
  GatewayTimeout: describeError('Supabase did not respond in time', { ...pickSupabaseErrors(504), ...UNREACHABLE }),
  Other: describeError(
    'A method that the path does not support (405), or a defect of the service (500)',
    { METHOD_NOT_ALLOWED: 'This path supports GET, HEAD only', INTERNAL_SERVER_ERROR: 'Internal Server Error' },
    'allow'
  )
}

type Name = keyof typeof errorResponses

/** References to error responses by status, as a route's `schema.response` has them. */
export function refersTo(names: Readonly<Record<string, Name>>): OpenAPIV3_1.ResponsesObject {
  return Object.fromEntries(
    Object.entries(names).map(([status, name]) => [status, { $ref: `#/components/responses/${name}` }])
  )
}

/** The error responses of a route that asks Supabase. */
export const upstreamErrors = refersTo({ 502: 'BadGateway', 503: 'Unavailable', 504: 'GatewayTimeout' })

/** The error responses of a route that computes with structures. */
export const chemistryErrors = refersTo({ 501: 'ChemistryMissing', 503: 'ChemistryOverloaded' })

/** The error responses that every request can meet. */
export const commonErrors = refersTo({
  400: 'BadRequest',
  408: 'RequestTimeout',
  413: 'ContentTooLarge',
  414: 'UriTooLong',
  417: 'ExpectationFailed',
  431: 'HeadersTooLarge',
  default: 'Other'
})

/** Those of routes that are not exempt from the limits. */
export const limitErrors = refersTo({ 429: 'TooManyRequests', 503: 'Overloaded' })

function describeError(description: string, messages: Messages, ...headers: string[]): OpenAPIV3_1.ResponseObject {
  const examples = Object.entries(messages).map(([code, message]) => [
    code,
    { summary: message, value: { status: 'error', message, code, request_id: REQUEST_ID } }
  ])
  return {
    description,
    headers: withHeaders('x-request-id', 'cache-control', 'vary', ...headers),
    content: {
      'application/json': { schema: { $ref: '#/components/schemas/Error' }, examples: Object.fromEntries(examples) }
    }
  }
}

function pickSupabaseErrors(status: number): Messages {
  const errors = Object.entries(SUPABASE_ERRORS).filter(([, [statusCode]]) => statusCode === status)
  return Object.fromEntries(errors.map(([code, [, message]]) => [code, message]))
}

function pickServiceErrors(code: keyof typeof SERVICE_ERRORS): Messages {
  return { [code]: SERVICE_ERRORS[code][1] }
}

function describePoolError({ code, message }: PoolError): Messages {
  return { [code]: message }
}
