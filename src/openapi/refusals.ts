import type { OpenAPIV3_1 } from 'openapi-types'
import { MAX_REQUEST_BYTES } from '../http/request-limits.ts'
import { withHeaders } from './headers.ts'
import { named } from './schemas.ts'

/** Messages by code, as they are really given. */
type Messages = Readonly<Record<string, string>>

const REQUEST_ID = '86740f88-95b6-4142-928c-58dae329e08e'

function refusal(description: string, messages: Messages, ...headers: string[]): OpenAPIV3_1.ResponseObject {
  const examples = Object.entries(messages).map(([code, message]) => [
    code,
    { summary: message, value: { status: 'error', message, code, request_id: REQUEST_ID } }
  ])
  return {
    description,
    headers: withHeaders('x-request-id', 'cache-control', 'vary', ...headers),
    content: { 'application/json': { schema: named('Error'), examples: Object.fromEntries(examples) } }
  }
}

/** How requests are refused, by name. */
export const refusals = {
  BadRequest: refusal(
    'A parameter is unknown, has a wrong value or is given twice, there are too many, or the request is unreadable',
    {
      BAD_REQUEST: 'The query parameter "limit" must be <= 1000'
    }
  ),
  Unauthorized: refusal(
    'The token is missing or not accepted',
    {
      UNAUTHORIZED: 'This needs the admin token as a bearer token'
    },
    'www-authenticate'
  ),
  InvalidToken: refusal(
    'Supabase does not accept the token of the user',
    {
      INVALID_TOKEN: 'Supabase does not accept this bearer token',
      UNAUTHORIZED: 'Authorization must be "Bearer" and a token'
    },
    'www-authenticate'
  ),
  Closed: refusal('The service is in production and has no `ADMIN_TOKEN`', {
    FORBIDDEN: 'This is closed in production until ADMIN_TOKEN is set'
  }),
  Forbidden: refusal('Supabase does not let this user do that', { FORBIDDEN: 'This user may not do that' }),
  NotFound: refusal('There is no such molecule, or not for this user', {
    NOT_FOUND: 'There is no molecule with this id'
  }),
  NotAcceptable: refusal('The answer comes in none of the forms that `Accept` names', {
    NOT_ACCEPTABLE: 'The header "Accept" must allow application/json, text/csv or application/x-ndjson'
  }),
  RequestTimeout: refusal('The request took too long to arrive', {
    REQUEST_TIMEOUT: 'The request took too long to arrive'
  }),
  ContentTooLarge: refusal(
    `The request has a body, which nobody reads, of more than ${MAX_REQUEST_BYTES} bytes or of unknown length`,
    {
      PAYLOAD_TOO_LARGE: `The body of a GET request must have a Content-Length <= ${MAX_REQUEST_BYTES}`
    }
  ),
  UriTooLong: refusal('The URL is too long', { URI_TOO_LONG: 'The URL, or a part of its path, is too long' }),
  TooManyRequests: refusal(
    'The client has sent more requests in a minute than `RATE_LIMIT`, if there is such a limit',
    { TOO_MANY_REQUESTS: 'Rate limit of 60 requests per minute exceeded' },
    'ratelimit-limit',
    'ratelimit-remaining',
    'ratelimit-reset',
    'retry-after'
  ),
  Overloaded: refusal(
    'Service overloaded, try again later',
    { OVERLOADED: 'Service overloaded, try again later' },
    'retry-after'
  ),
  ExpectationFailed: refusal('The request expects something other than `100-continue`', {
    EXPECTATION_FAILED: 'Of expectations only 100-continue is met'
  }),
  HeadersTooLarge: refusal('The headers of the request are too large', {
    REQUEST_HEADER_FIELDS_TOO_LARGE: 'The headers of the request are too large'
  }),
  BadGateway: refusal('Supabase cannot be reached, fails, refuses the keys of the service or lacks its tables', {
    UPSTREAM_UNREACHABLE: 'Supabase cannot be reached',
    UPSTREAM_CONNECTION_LOST: 'The connection to Supabase was lost',
    UPSTREAM_ERROR: 'Supabase failed',
    UPSTREAM_REJECTED: 'Supabase rejected the request',
    UPSTREAM_INVALID_ANSWER: 'Supabase gave an answer that makes no sense',
    UPSTREAM_REFUSED_KEYS: "Supabase refuses the service's own keys",
    UPSTREAM_SCHEMA_MISSING: 'The Supabase project lacks a table or column that this request needs',
    UPSTREAM_NOT_SUPABASE: 'SUPABASE_URL does not answer like a Supabase project',
    SERVICE_KEY_MISSING: 'Supabase lists its tables for a service key only: set SUPABASE_SERVICE_KEY'
  }),
  Unavailable: refusal(
    'There is no connection to be had now, or Supabase or the service is overloaded',
    {
      OVERLOADED: 'Service overloaded, try again later',
      POOL_TIMEOUT: 'No connection to Supabase became free within 10000 ms',
      POOL_QUEUE_FULL: '1000 requests are waiting for a connection to Supabase already',
      POOL_CLOSED: 'The service is shutting down',
      UPSTREAM_UNAVAILABLE: 'Supabase is busy or unavailable'
    },
    'retry-after'
  ),
  NotReady: refusal(
    'Supabase cannot be reached, does not accept both keys, or lacks what the service reads',
    {
      NOT_READY: 'Not ready: Supabase cannot be reached'
    },
    'retry-after'
  ),
  GatewayTimeout: refusal('Supabase did not answer in time', {
    UPSTREAM_TIMEOUT: 'Supabase did not answer in time',
    UPSTREAM_UNREACHABLE: 'Supabase cannot be reached'
  }),
  Other: refusal(
    'Another method than those of the path (405), or a defect of the service (500)',
    {
      METHOD_NOT_ALLOWED: 'This path takes GET, HEAD only',
      INTERNAL_SERVER_ERROR: 'Internal Server Error'
    },
    'allow'
  )
}

type Name = keyof typeof refusals

type Names = Readonly<Record<number, Name>>

/** The refusals of an endpoint by status, with those that every request can meet. */
export function refusedWith(own: Names = {}): OpenAPIV3_1.ResponsesObject {
  return vitalRefusedWith({ 429: 'TooManyRequests', 503: 'Overloaded', ...own })
}

/** The same for an endpoint that answers under any load. */
export function vitalRefusedWith(own: Names = {}): OpenAPIV3_1.ResponsesObject {
  const names: Record<string, Name> = {
    400: 'BadRequest',
    408: 'RequestTimeout',
    413: 'ContentTooLarge',
    414: 'UriTooLong',
    417: 'ExpectationFailed',
    431: 'HeadersTooLarge',
    ...own,
    default: 'Other'
  }
  return Object.fromEntries(
    Object.entries(names).map(([status, name]) => [status, { $ref: `#/components/responses/${name}` }])
  )
}

/** What comes of asking Supabase. */
export const failingSupabase = { 502: 'BadGateway', 503: 'Unavailable', 504: 'GatewayTimeout' } as const
