import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { errorAnswer } from './error-response.ts'
import { securityHeaders } from './security-headers.ts'

interface Refusal {
  statusCode: number
  message: string
}

/** Where the refusal is noted. */
interface Log {
  info(details: object, message: string): void
}

const UNREADABLE: Refusal = { statusCode: 400, message: 'This is no readable HTTP request' }

const REFUSALS: Readonly<Record<string, Refusal>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { statusCode: 408, message: 'The request took too long to arrive' },
  HPE_HEADER_OVERFLOW: { statusCode: 431, message: 'The headers of the request are too large' }
}

/** Answers bytes that are no HTTP request, in the shape of all errors, and closes the connection. */
export function refuseUnreadable(
  error: Error & { code?: string | undefined },
  socket: Duplex,
  requestId: string,
  log: Log
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy()
  else refuseOnSocket(REFUSALS[error.code ?? ''] ?? UNREADABLE, socket, requestId, log)
}

/** Writes an answer to a request for which there is no response to write to, and closes the connection. */
export function refuseOnSocket(refusal: Refusal, socket: Duplex, requestId: string, log: Log): void {
  const { statusCode, message } = refusal
  log.info({ request_id: requestId, status: statusCode }, message)
  const body = JSON.stringify(errorAnswer(Object.assign(new Error(message), { statusCode }), requestId).body)
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
