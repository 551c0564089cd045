import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { toErrorResponse } from './error-response.ts'
import { securityHeaders } from './security-headers.ts'

interface Rejection {
  statusCode: number
  message: string
}

/** Where the rejection is logged. */
interface Log {
  info(details: object, message: string): void
}

const MALFORMED: Rejection = { statusCode: 400, message: 'Malformed HTTP request' }

const REJECTIONS: Readonly<Record<string, Rejection>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { statusCode: 408, message: 'The request took too long to arrive' },
  HPE_HEADER_OVERFLOW: { statusCode: 431, message: "The request's headers are too large" }
}

/** Responds to bytes that are no HTTP request, in the shape of all errors, and closes the connection. */
export function rejectMalformed(
  error: Error & { code?: string | undefined },
  socket: Duplex,
  requestId: string,
  log: Log
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy()
  else rejectOnSocket(REJECTIONS[error.code ?? ''] ?? MALFORMED, socket, requestId, log)
}

/** Writes the response to a request for which Node has no response object, and closes the connection. */
export function rejectOnSocket(rejection: Rejection, socket: Duplex, requestId: string, log: Log): void {
  const { statusCode, message } = rejection
  log.info({ request_id: requestId, status: statusCode }, message)
  const body = JSON.stringify(toErrorResponse(Object.assign(new Error(message), { statusCode }), requestId).body)
  const head = [
    `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode]}`,
    'connection: close',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId}`,
    ...Object.entries(securityHeaders).map(([name, value]) => `${name}: ${value}`)
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
  socket.destroy()
}
