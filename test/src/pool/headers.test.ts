import t from 'tap'
import { copyHeaders, mergeHeaders } from '../../../src/pool/headers.ts'

const connection = { apikey: 'key', authorization: 'Bearer key', 'user-agent': 'us' }

t.test("a request without headers of its own carries the connection's, which are not copied", (t) => {
  t.equal(mergeHeaders(copyHeaders(undefined), connection), connection)
  t.equal(mergeHeaders(copyHeaders(null), connection), connection)
  t.end()
})

t.test("a request's own headers take precedence over the connection's, in every form that undici takes", (t) => {
  const expected = { apikey: 'key', authorization: 'Bearer user', 'user-agent': 'us', prefer: ['a', 'b'] }
  const merge = (own: Parameters<typeof copyHeaders>[0]) => mergeHeaders(copyHeaders(own), connection)
  t.same(merge({ Authorization: 'Bearer user', Prefer: ['a', 'b'], accept: undefined }), expected)
  t.same(merge(['Authorization', 'Bearer user', 'prefer', 'a', 'Prefer', 'b']), expected)
  const pairs: [string, string | string[] | undefined][] = [
    ['authorization', 'Bearer user'],
    ['prefer', ['a', 'b']],
    ['accept', undefined]
  ]
  t.same(merge(new Map(pairs)), expected)
  t.end()
})

t.test('headers of a plain object are copied though the prototype of all objects has an iterator', (t) => {
  Object.defineProperty(Object.prototype, Symbol.iterator, { value: function* () {}, configurable: true })
  t.teardown(() => Reflect.deleteProperty(Object.prototype, Symbol.iterator))
  const copy = copyHeaders({ prefer: 'a' })
  Reflect.deleteProperty(Object.prototype, Symbol.iterator)
  t.strictSame(copy, { prefer: 'a' })
  t.end()
})

t.test('headers in a form that undici rejects are rejected', (t) => {
  const invalid: unknown[] = [
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
  for (const headers of invalid) {
    t.throws(() => copyHeaders(headers as never), { code: 'UND_ERR_INVALID_ARG' }, JSON.stringify(headers))
  }
  t.end()
})

t.test('a header named __proto__ is copied like any other, inherited properties are not', (t) => {
  const own = copyHeaders(['__proto__', 'a', 'prefer', 'b'])
  t.strictSame(Object.entries(mergeHeaders(own, connection)), [
    ...Object.entries(connection),
    ['__proto__', 'a'],
    ['prefer', 'b']
  ])
  t.strictSame(Object.values(copyHeaders(['__proto__', 'a', '__proto__', 'b']) ?? {}), [['a', 'b']])
  t.strictSame(copyHeaders(Object.create({ prefer: 'a' })), {})
  t.end()
})

t.test('copied headers do not change with their source', (t) => {
  const prefer = ['a']
  const copy = copyHeaders({ prefer })
  prefer.push('b')
  t.strictSame(copy, { prefer: ['a'] })
  t.end()
})

t.test("a request with its own apikey carries none of the connection's credentials", (t) => {
  t.same(mergeHeaders({ apikey: 'other' }, connection), { apikey: 'other', 'user-agent': 'us' })
  t.same(mergeHeaders({ apikey: '' }, connection), { apikey: '', 'user-agent': 'us' }, 'an empty apikey as well')
  t.end()
})

t.test("a request without an apikey carries the connection's credentials", (t) => {
  t.same(mergeHeaders({ prefer: 'count=exact' }, connection), { ...connection, prefer: 'count=exact' })
  t.end()
})
