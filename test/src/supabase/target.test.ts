import t from 'tap'
import { buildTarget } from '../../../src/supabase/target.ts'

t.test('a target is the base, the path and the encoded parameters', (t) => {
  t.equal(buildTarget('/rest/v1/', '', {}), '/rest/v1/')
  t.equal(
    buildTarget('/rest/v1/', '/rpc/count', { a: 'x y', b: ['1', '2'], c: undefined, d: 0 }),
    '/rest/v1/rpc/count?a=x%20y&b=1&b=2&d=0'
  )
  for (const path of ['odd%20name', '...', '..a', 'a..', '.a/b.', "~a-b_c!$&'()*+,;=:@"])
    t.equal(buildTarget('/', path), `/${path}`)
  t.end()
})

t.test('an invalid path, or one that leads out of the base, throws a TypeError', (t) => {
  const paths = [
    'a b',
    'a\nb',
    'é',
    'a?select=id',
    'a#b',
    'a\\b',
    '%',
    '%zz',
    '"',
    '<a>',
    '[a]',
    '{a}',
    'a|b',
    'a^b',
    '`a`'
  ]
  const outside = [
    '..',
    '.',
    '/..',
    '../auth/v1/users',
    'a/../b',
    'a/./b',
    'a/..',
    '%2e%2e/a',
    '.%2E/a',
    '..%2fa',
    'a%5C..%5cb'
  ]
  for (const path of [...paths, ...outside]) t.throws(() => buildTarget('/rest/v1/', path), TypeError, path)
  t.end()
})
