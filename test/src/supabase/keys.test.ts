import t from 'tap'
import { bypassesRowSecurity, classifyKey, headerSets } from '../../../src/supabase/keys.ts'
import { signToken } from '../../support/upstream/tokens.ts'

t.test('a legacy key is sent as apikey and as bearer token, a new key as apikey only', (t) => {
  const accept = 'application/json'
  t.strictSame(headerSets({ anon: 'aaa.bbb.ccc', service: 'sb_secret_x' }, 'us/1'), {
    anon: { apikey: 'aaa.bbb.ccc', accept, 'user-agent': 'us/1', authorization: 'Bearer aaa.bbb.ccc' },
    service: { apikey: 'sb_secret_x', accept, 'user-agent': 'us/1' }
  })
  t.end()
})

t.test('the kind of a key follows from its form, and is unknown for any other form', (t) => {
  const jwt = (claims: object) => signToken(claims, 'a secret that the service does not know')
  const encode = (text: string) => Buffer.from(text).toString('base64url')
  const kinds = [
    ['sb_publishable_x', 'publishable', false],
    ['sb_secret_x', 'secret', true],
    [jwt({ role: 'anon', ref: 'abc' }), 'legacy anon', false],
    [jwt({ role: 'service_role', ref: 'ä' }), 'legacy service_role', true],
    [jwt({ role: 'authenticated' }), 'unknown', undefined],
    [jwt({}), 'unknown', undefined],
    [`a.${encode('null')}.c`, 'unknown', undefined],
    [`a.${encode('{')}.c`, 'unknown', undefined],
    [`a.${encode('{"role":"anon"}')}`, 'unknown', undefined],
    ['a-key-of-the-gateway-itself', 'unknown', undefined]
  ] as const
  for (const [key, kind, bypasses] of kinds) {
    t.equal(classifyKey(key), kind, key)
    t.equal(bypassesRowSecurity(kind), bypasses, key)
  }
  t.end()
})
