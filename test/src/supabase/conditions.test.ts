import t from 'tap'
import { notationOf } from '../../../src/supabase/conditions.ts'

t.test("PostgREST's own notation is taken as it is", (t) => {
  t.equal(notationOf('in.(1,2)'), 'in.(1,2)')
  t.equal(notationOf({ equals: 'in.(1,2)' }), 'eq.in.(1,2)')
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
