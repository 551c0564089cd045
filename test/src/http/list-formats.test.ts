import t from 'tap'
import { type ListFormat, listFormats } from '../../../src/http/list-formats.ts'

const json = listFormats['application/json'] as ListFormat
const columns = ['a']
const rows = Buffer.from('[{"a":1}]')

t.test('the envelope of the same rows is built once', (t) => {
  const write = () => json.write({ name: 'things', columns, page: { count: 1, rows } })
  t.equal(write(), write())
  t.equal(String(write()), '{"status":"success","count":1,"things":[{"a":1}]}')
  t.end()
})

t.test('responses that differ in anything are built separately', (t) => {
  const responses = [
    json.write({ name: 'things', columns, page: { count: 1, rows } }),
    json.write({ name: 'others', columns, page: { count: 1, rows } }),
    json.write({ name: 'others', columns, page: { count: 1, rows, total: 1 } }),
    json.write({ name: 'others', columns, page: { count: 1, rows, total: 2 } }),
    json.write({ name: 'others', columns, page: { count: 1, rows: Buffer.from('[{"a":2}]'), total: 2 } })
  ]
  t.strictSame(responses.map(String), [
    '{"status":"success","count":1,"things":[{"a":1}]}',
    '{"status":"success","count":1,"others":[{"a":1}]}',
    '{"status":"success","count":1,"total":1,"others":[{"a":1}]}',
    '{"status":"success","count":1,"total":2,"others":[{"a":1}]}',
    '{"status":"success","count":1,"total":2,"others":[{"a":2}]}'
  ])
  t.end()
})

const write = async (type: 'text/csv' | 'application/x-ndjson', columns: string[], json: string) =>
  String(await listFormats[type]?.write({ name: 'things', columns, page: { count: 1, rows: Buffer.from(json) } }))

const NUMBERS = ['92.0900', '0.12345678901234567890123', '9007199254740993', '9'.repeat(311), '-1e400']

t.test('CSV and NDJSON have every number as it is stored', async (t) => {
  const rows = NUMBERS.map((number) => `{"a":${number}}`)
  t.equal(await write('text/csv', ['a'], `[${rows}]`), `a\r\n${NUMBERS.map((number) => `${number}\r\n`).join('')}`)
  t.equal(await write('application/x-ndjson', ['a'], `[${rows}]`), rows.map((row) => `${row}\n`).join(''))
})

t.test('CSV has truth values and nested values as they are stored', async (t) => {
  const json = '[{"a":true,"b":false,"c":[1.0,"x"],"d":{"e":2.50}}]'
  t.equal(await write('text/csv', [...'abcd'], json), 'a,b,c,d\r\ntrue,false,"[1.0,""x""]","{""e"":2.50}"\r\n')
})

t.test('a CSV field with a lone line break, a quote or a comma is quoted', async (t) => {
  const json = JSON.stringify(['a\nb', 'a\rb', 'a"b', 'a,b', 'a\\b', 'µ冷'].map((a) => ({ a })))
  t.equal(await write('text/csv', ['a'], json), 'a\r\n"a\nb"\r\n"a\rb"\r\n"a""b"\r\n"a,b"\r\na\\b\r\nµ冷\r\n')
})

t.test('a CSV of one column has no blank line, which readers would skip', async (t) => {
  t.equal(await write('text/csv', ['a'], '[{"a":null},{"a":""},{"a":" "},{}]'), 'a\r\n""\r\n""\r\n" "\r\n""\r\n')
  t.equal(await write('text/csv', ['b', 'a'], '[{"a":"1","c":"2"}]'), 'b,a\r\n,1\r\n')
})

t.test('NDJSON has a row in each line where the rows have line breaks between tokens', async (t) => {
  t.equal(
    await write('application/x-ndjson', ['a'], '[{"a":[1, \n 2]}, \n {"a":"\\n"}]'),
    '{"a":[1,  2]}\n{"a":"\\n"}\n'
  )
})

t.test('CSV of a string with an invalid escape is an invalid response', async (t) => {
  await t.rejects(write('text/csv', ['a'], '[{"a":"\\q"}]'), { code: 'UPSTREAM_INVALID_ANSWER' })
})

t.test('the same rows in the same columns are written once, whoever asks', (t) => {
  for (const type of ['text/csv', 'application/x-ndjson']) {
    const form = listFormats[type] as ListFormat
    const list = { name: 'things', columns, page: { count: 1, rows: Buffer.from('[{"a":1}]') } }
    const first = form.write(list)
    t.equal(form.write({ ...list, page: { ...list.page } }), first)
    t.not(form.write({ ...list, columns: ['b'] }), first)
    t.not(form.write({ ...list, page: { count: 1, rows: Buffer.from('[{"a":1}]') } }), first)
  }
  t.end()
})

t.test('writing a large page does not block the event loop', async (t) => {
  const rows = Buffer.from(JSON.stringify(Array(1_000).fill({ a: 'x'.repeat(4_000) })))
  for (const type of ['text/csv', 'application/x-ndjson']) {
    let turns = 0
    const count = () => {
      turns++
      next = setImmediate(count)
    }
    let next = setImmediate(count)
    await (listFormats[type] as ListFormat).write({ name: 'things', columns, page: { count: 1_000, rows } })
    clearImmediate(next)
    t.ok(turns >= 10, `${turns} turns`)
  }
})
