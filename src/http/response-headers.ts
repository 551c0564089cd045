import type { OpenAPIV3_1 } from 'openapi-types'
import { REQUEST_ID } from './request-id.ts'

type Headers = Record<string, OpenAPIV3_1.HeaderObject>
type References = Record<string, OpenAPIV3_1.ReferenceObject>

/** What the OpenAPI document says of headers that several responses have, by name. */
export const responseHeaders: Headers = {
  'x-request-id': {
    description: 'The id of this request in the log: the one that the caller sent, or a new one',
    required: true,
    schema: { type: 'string', pattern: REQUEST_ID.source },
    example: '00a6c39b-7b0c-4341-a75c-19bf34f109fa'
  },
  'retry-after': {
    description: 'When to try again, in seconds',
    required: true,
    schema: { type: 'integer', minimum: 1 },
    example: 1
  },
  'ratelimit-limit': {
    description: 'Requests that a client may send in a minute; on every response while there is a limit',
    required: true,
    schema: { type: 'integer', minimum: 0 },
    example: 60
  },
  'ratelimit-remaining': {
    description: 'Requests that are left of them; on every response while there is a limit',
    required: true,
    schema: { type: 'integer', minimum: 0 },
    example: 0
  },
  'ratelimit-reset': {
    description: 'When there are as many again, in seconds; on every response while there is a limit',
    required: true,
    schema: { type: 'integer', minimum: 0 },
    example: 42
  },
  'www-authenticate': {
    description: 'How a token is presented',
    required: true,
    schema: { type: 'string', enum: ['Bearer'] },
    example: 'Bearer'
  },
  allow: {
    description: 'The methods that the path supports; with 405',
    schema: { type: 'string' },
    example: 'GET, HEAD'
  },
  etag: {
    description: 'Identifies exactly these bytes; sent back as `If-None-Match`',
    required: true,
    schema: { type: 'string', pattern: '^"[\\w-]+"$' },
    example: '"wehueB0yIavZ41WDFUyX433tYoY"'
  },
  'cache-control': {
    description:
      'Below `/api`: caches revalidate before they reuse it, unless the service caches itself and no token was sent; only ' +
      'private ones store it if one was',
    schema: {
      type: 'string',
      pattern: '^((private, )?no-cache|max-age=\\d+, stale-while-revalidate=\\d+, stale-if-error=\\d+)$'
    },
    example: 'no-cache'
  },
  age: {
    description: "The seconds since Supabase was asked; with responses from the service's own cache",
    schema: { type: 'integer', minimum: 0 },
    example: 12
  },
  vary: {
    description: 'Below `/api`: the headers of the request that the response depends on',
    schema: { type: 'string' },
    example: 'Authorization'
  }
}

/** References to these headers, as a response has them. */
export function withHeaders(...names: string[]): References {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]))
}

/** Headers of a response that caches may store. */
export const cacheHeaders = withHeaders('x-request-id', 'etag', 'cache-control', 'age', 'vary')

/** The response to a conditional request for something that has not changed, with the headers of the full response. */
export function notModified(headers: NonNullable<OpenAPIV3_1.ResponseObject['headers']>): OpenAPIV3_1.ResponseObject {
  return { description: 'The response with the `ETag` in `If-None-Match` is still current', headers }
}

/** Of a header's name (RFC 9110, 5.6.2). */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/

/** The names in a `Vary`, which may have empty elements; any header's where it has something else. */
export function parseVary(value: string): string[] {
  const names = value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  return names.every((name) => TOKEN.test(name)) ? names : ['*']
}
