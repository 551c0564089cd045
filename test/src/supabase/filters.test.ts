import t from 'tap'
import { type Condition, formatFilters } from '../../../src/supabase/filters.ts'

const format = (filter: Condition) => formatFilters('name', filter)[0]

t.test("a filter in PostgREST's syntax is passed on as it is", (t) => {
  t.equal(format('in.(1,2)'), 'in.(1,2)')
  t.equal(format({ equals: 'in.(1,2)' }), 'eq.in.(1,2)')
  t.strictSame(formatFilters('weight', ['gt.1', { equals: '' }]), ['gt.1', 'eq.'])
  t.end()
})

t.test('every character of startsWith is matched literally', (t) => {
  t.equal(format({ startsWith: 'gly' }), 'ilike.gly%')
  t.equal(format({ startsWith: '50%_\\' }), 'ilike.50\\%\\_\\\\%')
  t.equal(
    format({ startsWith: '2*(a.b)+[c]{1}^$|?%_\\' }),
    'imatch.^2\\*\\(a\\.b\\)\\+\\[c\\]\\{1\\}\\^\\$\\|\\?%_\\\\'
  )
  t.end()
})

t.test('every character of contains is matched literally', (t) => {
  t.equal(format({ contains: 'gly' }), 'ilike.%gly%')
  t.equal(format({ contains: '50%_\\' }), 'ilike.%50\\%\\_\\\\%')
  t.equal(format({ contains: '***(?i)^x' }), 'imatch.\\*\\*\\*\\(\\?i\\)\\^x')
  t.equal(format({ contains: '' }), 'ilike.%%')
  t.end()
})

t.test('an invalid filter throws a TypeError that names the column, instead of matching all rows', (t) => {
  for (const invalid of [
    undefined,
    null,
    [],
    753,
    {},
    { equals: 753 },
    { startsWith: undefined },
    { contains: 5 },
    ['eq.1', undefined]
  ]) {
    t.throws(() => formatFilters('cid', invalid as never), { name: 'TypeError', message: /"cid"/ })
  }
  t.end()
})
