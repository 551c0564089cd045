import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/**
 * The request ids that callers may send: UUIDs, ULIDs, hexadecimal and base64 ids and those of the known proxies consist of
 * these characters. None is special in a header, in JSON, in a query language or on a terminal.
 */
export const REQUEST_ID = /^[\w.:+/=-]{1,128}$/

/** The id of a request: the caller's `X-Request-Id` if it is well-formed, else a new UUID. */
export function readRequestId(headers: IncomingHttpHeaders): string {
  const id = headers['x-request-id']
  return typeof id === 'string' && REQUEST_ID.test(id) ? id : randomUUID()
}
