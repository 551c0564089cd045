import { PassThrough } from 'node:stream'
import t from 'tap'
import { rejectMalformed } from '../../../src/http/malformed-request.ts'

const log = { info: () => {} }

t.test('a malformed request gets a status and a message for its cause', (t) => {
  const unreadable = 'Malformed HTTP request'
  for (const [code, statusCode, reason, message] of [
    [undefined, 400, 'Bad Request', unreadable],
    ['HPE_INVALID_METHOD', 400, 'Bad Request', unreadable],
    ['HPE_HEADER_OVERFLOW', 431, 'Request Header Fields Too Large', "The request's headers are too large"],
    ['ERR_HTTP_REQUEST_TIMEOUT', 408, 'Request Timeout', 'The request took too long to arrive']
  ] as const) {
    const socket = new PassThrough()
    const lines: unknown[] = []
    rejectMalformed(Object.assign(new Error('internals'), { code }), socket, 'the-id', {
      info: (...line) => lines.push(line)
    })
    const [head = '', body = ''] = String(socket.read()).split('\r\n\r\n')
    t.ok(head.startsWith(`HTTP/1.1 ${statusCode} ${reason}\r\n`))
    t.ok(head.includes('\r\nx-request-id: the-id'))
    t.match(JSON.parse(body), { status: 'error', request_id: 'the-id', message })
    t.strictSame(lines, [[{ request_id: 'the-id', status: statusCode }, message]])
    t.ok(socket.destroyed)
  }
  t.end()
})

t.test('a malformed request of a disconnected client gets no response', (t) => {
  const reset = new PassThrough()
  rejectMalformed(Object.assign(new Error('x'), { code: 'ECONNRESET' }), reset, 'id', log)
  t.equal(reset.read(), null)
  const ended = new PassThrough()
  ended.end()
  rejectMalformed(Object.assign(new Error('x'), { code: 'HPE_INVALID_METHOD' }), ended, 'id', log)
  t.equal(ended.read(), null)
  t.end()
})
