import t from 'tap'
import { headerSets } from '../../../src/supabase/keys.ts'

t.test('a legacy key is also a bearer token, a new one is not', (t) => {
  const accept = 'application/json'
  t.strictSame(headerSets({ anon: 'aaa.bbb.ccc', service: 'sb_secret_x' }, 'us/1'), {
    anon: { apikey: 'aaa.bbb.ccc', accept, 'user-agent': 'us/1', authorization: 'Bearer aaa.bbb.ccc' },
    service: { apikey: 'sb_secret_x', accept, 'user-agent': 'us/1' }
  })
  t.end()
})
