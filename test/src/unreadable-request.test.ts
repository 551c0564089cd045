import { PassThrough } from 'node:stream'
import t from 'tap'
import { refuseUnreadable } from '../../src/unreadable-request.ts'

t.test('the status tells what was wrong', (t) => {
  for (const [code, status] of [
    [undefined, '400 Bad Request'],
    ['HPE_INVALID_METHOD', '400 Bad Request'],
    ['HPE_HEADER_OVERFLOW', '431 Request Header Fields Too Large'],
    ['ERR_HTTP_REQUEST_TIMEOUT', '408 Request Timeout']
  ]) {
    const socket = new PassThrough().on('error', () => {})
    refuseUnreadable(Object.assign(new Error('internals'), { code }), socket as never, 'id')
    const [head, body] = String(socket.read()).split('\r\n\r\n')
    t.ok(head?.startsWith(`HTTP/1.1 ${status}\r\n`))
    t.match(JSON.parse(body as string), {
      status: 'error',
      request_id: 'id',
      message: 'This is no readable HTTP request'
    })
    t.ok(socket.destroyed)
  }
  t.end()
})

t.test('a client that has gone is not answered', (t) => {
  const reset = new PassThrough().on('error', () => {})
  refuseUnreadable(Object.assign(new Error('x'), { code: 'ECONNRESET' }), reset as never, 'id')
  t.equal(reset.read(), null)
  const ended = new PassThrough().on('error', () => {})
  ended.end()
  refuseUnreadable(Object.assign(new Error('x'), { code: 'HPE_INVALID_METHOD' }), ended as never, 'id')
  t.equal(ended.read(), null)
  t.end()
})
