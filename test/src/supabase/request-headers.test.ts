import t from 'tap'
import { requestHeaders } from '../../../src/supabase/request-headers.ts'

t.test("the caller's own headers take precedence, whatever their case", (t) => {
  const json = 'application/json'
  t.strictSame(requestHeaders({ hasBody: true, token: 'a.b.c' }), {
    'content-type': json,
    authorization: 'Bearer a.b.c'
  })
  const headers = { 'Content-Type': 'text/csv', AUTHORIZATION: 'Bearer own', Prefer: 'count=exact' }
  t.strictSame(requestHeaders({ headers, hasBody: true, token: 'a.b.c' }), {
    'content-type': 'text/csv',
    authorization: 'Bearer own',
    prefer: 'count=exact'
  })
  t.end()
})

t.test('an invalid header or token throws a TypeError that does not contain the token', (t) => {
  for (const headers of [{ 'a b': 'x' }, { a: 'x\ny' }, { a: '\0' }, { a: '冷' }]) {
    t.throws(() => requestHeaders({ headers, hasBody: false }), TypeError)
  }
  for (const token of ['', 'sec ret', 'secret\n', 'sécret']) {
    t.throws(() => requestHeaders({ token, hasBody: false }), { name: 'TypeError', message: /^(?!.*cret)/ })
  }
  t.end()
})
