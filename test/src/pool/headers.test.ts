import t from 'tap'
import { copyHeaders, headersUnder } from '../../../src/pool/headers.ts'

const connection = { apikey: 'key', authorization: 'Bearer key', 'user-agent': 'us' }

t.test("without headers of its own a request carries the connection's, uncopied", (t) => {
  t.equal(headersUnder(copyHeaders(undefined), connection), connection)
  t.equal(headersUnder(copyHeaders(null), connection), connection)
  t.end()
})

t.test("a request's own headers take precedence, in every form that undici takes", (t) => {
  const expected = { apikey: 'key', authorization: 'Bearer user', 'user-agent': 'us', prefer: ['a', 'b'] }
  const headersOver = (own: Parameters<typeof copyHeaders>[0]) => headersUnder(copyHeaders(own), connection)
  t.same(headersOver({ Authorization: 'Bearer user', Prefer: ['a', 'b'], accept: undefined }), expected)
  t.same(headersOver(['Authorization', 'Bearer user', 'prefer', 'a', 'Prefer', 'b']), expected)
  const pairs: [string, string | string[] | undefined][] = [
    ['authorization', 'Bearer user'],
    ['prefer', ['a', 'b']],
    ['accept', undefined]
  ]
  t.same(headersOver(new Map(pairs)), expected)
  t.end()
})

t.test('headers in a form that undici refuses are refused', (t) => {
  const refused: unknown[] = [
    [['authorization', 'Bearer user']],
    [
      ['authorization', 'Bearer user'],
      ['prefer', 'a']
    ],
    ['authorization'],
    [1, '2'],
    new Set(['authorization']),
    new Set([['authorization']]),
    new Set([['authorization', 'Bearer user', 'x']]),
    new Map([[{}, 'x']]),
    'authorization',
    0,
    false
  ]
  for (const headers of refused) {
    t.throws(() => copyHeaders(headers as never), { code: 'UND_ERR_INVALID_ARG' }, JSON.stringify(headers))
  }
  t.end()
})

t.test('a header named __proto__ is a header like any other, an inherited one is none', (t) => {
  const own = copyHeaders(['__proto__', 'a', 'prefer', 'b'])
  t.strictSame(Object.entries(headersUnder(own, connection)), [
    ...Object.entries(connection),
    ['__proto__', 'a'],
    ['prefer', 'b']
  ])
  t.strictSame(Object.values(copyHeaders(['__proto__', 'a', '__proto__', 'b']) ?? {}), [['a', 'b']])
  t.strictSame(copyHeaders(Object.create({ prefer: 'a' })), {})
  t.end()
})

t.test('a copy does not change with what it was copied from', (t) => {
  const prefer = ['a']
  const copy = copyHeaders({ prefer })
  prefer.push('b')
  t.strictSame(copy, { prefer: ['a'] })
  t.end()
})

t.test('a request that brings its own key brings all its credentials', (t) => {
  t.same(headersUnder({ apikey: 'other' }, connection), { apikey: 'other', 'user-agent': 'us' })
  t.same(headersUnder({ apikey: '' }, connection), { apikey: '', 'user-agent': 'us' }, 'an empty one as well')
  t.end()
})

t.test("a request that brings no key keeps the connection's credentials", (t) => {
  t.same(headersUnder({ prefer: 'count=exact' }, connection), { ...connection, prefer: 'count=exact' })
  t.end()
})
