import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { errorAnswer } from './error-answer.ts'

const STATUS: Readonly<Record<string, number>> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 }

/** Answers bytes that are no HTTP request, in the shape of all errors, and closes the connection. */
export function refuseUnreadable(
  error: Error & { code?: string | undefined },
  socket: Socket,
  requestId: string
): void {
  if (error.code !== 'ECONNRESET' && socket.writable) {
    const statusCode = STATUS[error.code ?? ''] ?? 400
    const refusal = Object.assign(new Error('This is no readable HTTP request'), { statusCode })
    const body = JSON.stringify(errorAnswer(refusal, requestId).body)
    const head = `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode]}\r\nconnection: close\r\ncontent-type: application/json`
    socket.write(`${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
  }
  socket.destroy(error)
}
