import t from 'tap'
import { sliceRows } from '../../../src/http/json-rows.ts'

const slice = (json: string) => [...sliceRows(Buffer.from(json))]

t.test('rows and members keep their source text', (t) => {
  t.strictSame(slice('[{"a":92.0900,"b":"x\\\\"}, \n {"a" : null , "b":"\\"}"}]'), [
    { text: '{"a":92.0900,"b":"x\\\\"}', members: ['"a"', '92.0900', '"b"', '"x\\\\"'] },
    { text: '{"a" : null , "b":"\\"}"}', members: ['"a"', 'null', '"b"', '"\\"}"'] }
  ])
  t.end()
})

t.test('a nested value is one member, whatever brackets its strings have', (t) => {
  const nested = '[{"x":"]}"},[1,"\\"]"]]'
  t.strictSame(slice(`[{"a":${nested},"b":{}}]`)[0]?.members, ['"a"', nested, '"b"', '{}'])
  t.end()
})

t.test('an empty array and an empty row are valid', (t) => {
  t.strictSame(slice('[]'), [])
  t.strictSame(slice('[ ]'), [])
  t.strictSame(slice('[{}]'), [{ text: '{}', members: [] }])
  t.end()
})

t.test('anything but an array of objects is an invalid response', (t) => {
  const invalid = [
    '[{"a":}]',
    '[1]',
    '[{"a":1}',
    '[{"a":1}]]',
    '[{a:1}]',
    '[{"a"1}]',
    '[{"a":"x]',
    '[{"a":[1}]',
    '[{"a":[[[1}]',
    '[{"a":1,}]'
  ]
  for (const json of invalid) t.throws(() => slice(json), { code: 'UPSTREAM_INVALID_ANSWER' }, json)
  t.end()
})
