import t from 'tap'
import { type ListForm, listForms } from '../../src/list-forms.ts'

const json = listForms['application/json'] as ListForm
const columns = ['a']
const rows = Buffer.from('[{"a":1}]')

t.test('the same rows of the same list are put into their envelope once', (t) => {
  const write = () => json.write({ name: 'things', columns, page: { count: 1, rows } })
  t.equal(write(), write())
  t.equal(String(write()), '{"status":"success","count":1,"things":[{"a":1}]}')
  t.end()
})

t.test('what tells one answer from another keeps them apart', (t) => {
  const answers = [
    json.write({ name: 'things', columns, page: { count: 1, rows } }),
    json.write({ name: 'others', columns, page: { count: 1, rows } }),
    json.write({ name: 'others', columns, page: { count: 1, rows, total: 1 } }),
    json.write({ name: 'others', columns, page: { count: 1, rows, total: 2 } }),
    json.write({ name: 'others', columns, page: { count: 1, rows: Buffer.from('[{"a":2}]'), total: 2 } })
  ]
  t.strictSame(answers.map(String), [
    '{"status":"success","count":1,"things":[{"a":1}]}',
    '{"status":"success","count":1,"others":[{"a":1}]}',
    '{"status":"success","count":1,"total":1,"others":[{"a":1}]}',
    '{"status":"success","count":1,"total":2,"others":[{"a":1}]}',
    '{"status":"success","count":1,"total":2,"others":[{"a":2}]}'
  ])
  t.end()
})
