import t from 'tap'
import { type Condition, notationsOf } from '../../../src/supabase/filters.ts'

const notationOf = (condition: Condition) => notationsOf('name', condition)[0]

t.test("PostgREST's own notation is taken as it is", (t) => {
  t.equal(notationOf('in.(1,2)'), 'in.(1,2)')
  t.equal(notationOf({ equals: 'in.(1,2)' }), 'eq.in.(1,2)')
  t.strictSame(notationsOf('weight', ['gt.1', { equals: '' }]), ['gt.1', 'eq.'])
  t.end()
})

t.test('every character of a prefix is literal', (t) => {
  t.equal(notationOf({ startsWith: 'gly' }), 'ilike.gly%')
  t.equal(notationOf({ startsWith: '50%_\\' }), 'ilike.50\\%\\_\\\\%')
  t.equal(
    notationOf({ startsWith: '2*(a.b)+[c]{1}^$|?%_\\' }),
    'imatch.^2\\*\\(a\\.b\\)\\+\\[c\\]\\{1\\}\\^\\$\\|\\?%_\\\\'
  )
  t.end()
})

t.test('so is every character of a text anywhere', (t) => {
  t.equal(notationOf({ contains: 'gly' }), 'ilike.%gly%')
  t.equal(notationOf({ contains: '50%_\\' }), 'ilike.%50\\%\\_\\\\%')
  t.equal(notationOf({ contains: '***(?i)^x' }), 'imatch.\\*\\*\\*\\(\\?i\\)\\^x')
  t.equal(notationOf({ contains: '' }), 'ilike.%%')
  t.end()
})

t.test('what is no condition is refused, and does not mean all rows', (t) => {
  for (const nothing of [
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
    t.throws(() => notationsOf('cid', nothing as never), { name: 'TypeError', message: /"cid"/ })
  }
  t.end()
})
