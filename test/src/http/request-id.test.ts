import t from 'tap'
import { readRequestId } from '../../../src/http/request-id.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

t.test("a caller's id is kept when it is well-formed", (t) => {
  const ids = ['a', '4bf92f3577b34da6', '01J9ZC', 'Root=1-67891233-abcdef012345678912345678', 'a+/b==', 'x'.repeat(128)]
  for (const id of ids) t.equal(readRequestId({ 'x-request-id': id }), id)
  t.end()
})

t.test('a malformed request id is replaced by a new one', (t) => {
  const ids = [
    '',
    ' ',
    'a b',
    'a\r\nset-cookie: b',
    'a"b',
    "a'b",
    '{}',
    'a,b',
    'a\u001b[31m',
    'ä',
    '<b>',
    'x'.repeat(129)
  ]
  for (const id of ids) t.match(readRequestId({ 'x-request-id': id }), UUID)
  t.match(readRequestId({}), UUID)
  t.not(readRequestId({}), readRequestId({}))
  t.end()
})
