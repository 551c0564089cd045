import t from 'tap'
import { like, likeOfRegularExpression, mergeLikes } from '../../../src/embedded/like.ts'

t.test("a pattern means what it means to PostgreSQL's ILIKE", (t) => {
  const cases: [pattern: string, value: string, matches: boolean][] = [
    ['gly%', 'Glycerol', true],
    ['%CEROL', 'Glycerol', true],
    ['gl_cerol', 'Glycerol', true],
    ['gl_cerol', 'Glcerol', false],
    ['éC%', 'Écto', true],
    ['50\\%%', '50% glycerol', true],
    ['50\\%%', '500 glycerol', false],
    ['a\\_b', 'a_b', true],
    ['a\\_b', 'axb', false],
    ['a\\\\%', 'a\\b', true],
    ['(a.b)+%', '(A.B)+c', true],
    ['a%b', 'a\nb', true]
  ]
  for (const [pattern, value, matches] of cases)
    t.equal(like(pattern, value), Number(matches), `${value} ~~* ${pattern}`)
  t.equal(like(null, 'a'), null)
  t.equal(like('a', null), null)
  t.end()
})

t.test('the regular expressions of filters have an equivalent in the embedded Supabase', (t) => {
  t.equal(likeOfRegularExpression('eq.1'), 'eq.1')
  const pattern = likeOfRegularExpression('imatch.^\\(r\\*,50%_\\\\').replace(/^ilike\./, '')
  t.equal(like(pattern, '(R*,50%_\\ and more'), 1)
  t.equal(like(pattern, '(R-,50%_\\'), 0)
  t.equal(like(pattern, 'x(r*,50%_\\'), 0)
  const inside = likeOfRegularExpression('imatch.\\^r\\*').replace(/^ilike\./, '')
  t.equal(like(inside, '(^R*) and more'), 1)
  t.equal(like(inside, 'r*'), 0)
  t.end()
})

t.test('several patterns become one condition, which all of them must meet', (t) => {
  t.strictSame(mergeLikes(['ilike.a%', 'ilike.%,"\\%%']), ['ilike(all).{"a%","%,\\"\\\\%%"}'])
  for (const others of [[], ['ilike.a%'], ['eq.1', 'ilike.a%'], ['gt.1', 'lt.9']])
    t.strictSame(mergeLikes(others), others)
  t.end()
})
