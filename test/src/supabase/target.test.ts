import t from 'tap'
import { targetOf } from '../../../src/supabase/target.ts'

t.test('a path below the base, with its parameters', (t) => {
  t.equal(targetOf('/rest/v1/', '', {}), '/rest/v1/')
  t.equal(
    targetOf('/rest/v1/', '/rpc/count', { a: 'x y', b: ['1', '2'], c: undefined, d: 0 }),
    '/rest/v1/rpc/count?a=x%20y&b=1&b=2&d=0'
  )
  for (const path of ['odd%20name', '...', '..a', 'a..', '.a/b.', "~a-b_c!$&'()*+,;=:@"])
    t.equal(targetOf('/', path), `/${path}`)
  t.end()
})

t.test('a path that cannot be sent or leads elsewhere is refused', (t) => {
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
  const leading = [
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
  for (const path of [...paths, ...leading]) t.throws(() => targetOf('/rest/v1/', path), TypeError, path)
  t.end()
})
