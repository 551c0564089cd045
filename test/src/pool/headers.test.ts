import t from 'tap'
import { headersUnder } from '../../../src/pool/headers.ts'

const connection = { apikey: 'key', authorization: 'Bearer key', 'user-agent': 'us' }

t.test("without headers of its own a request carries the connection's, uncopied", (t) => {
  t.equal(headersUnder(undefined, connection), connection)
  t.equal(headersUnder(null, connection), connection)
  t.end()
})

t.test("a request's own headers count, in every form that undici takes", (t) => {
  const expected = { apikey: 'key', authorization: 'Bearer user', 'user-agent': 'us', prefer: ['a', 'b'] }
  t.same(headersUnder({ Authorization: 'Bearer user', Prefer: ['a', 'b'], accept: undefined }, connection), expected)
  t.same(headersUnder(['Authorization', 'Bearer user', 'prefer', 'a', 'Prefer', 'b'], connection), expected)
  const pairs: [string, string | string[] | undefined][] = [
    ['authorization', 'Bearer user'],
    ['prefer', ['a', 'b']],
    ['accept', undefined]
  ]
  t.same(headersUnder(new Map(pairs), connection), expected)
  t.end()
})

t.test('a request that brings its own key brings all its credentials', (t) => {
  t.same(headersUnder({ apiKey: 'other' }, connection), { apikey: 'other', 'user-agent': 'us' })
  t.end()
})

t.test("a request that brings no key keeps the connection's credentials", (t) => {
  t.same(headersUnder({ prefer: 'count=exact' }, connection), { ...connection, prefer: 'count=exact' })
  t.end()
})
