import t from 'tap'
import { buildApp } from '../../../src/app.ts'
import { type TrustProxy, trustedProxies } from '../../../src/http/trusted-proxies.ts'

t.test('TRUST_PROXY trusts nobody by default, and everybody when true', (t) => {
  t.equal(trustedProxies(), false)
  t.equal(trustedProxies('false'), false)
  t.equal(trustedProxies('true'), true)
  t.end()
})

t.test('addresses, subnets and named ranges trust those within them and nobody else', (t) => {
  const trusts = (text: string, address: string) => (trustedProxies(text) as TrustProxy)(address, 0)
  for (const [text, inside, outside] of [
    ['10.0.0.1', '10.0.0.1', '10.0.0.2'],
    ['fd00::/8', 'fd00::1', 'fe00::1'],
    ['10.0.0.0/255.0.0.0', '10.9.9.9', '11.0.0.1'],
    ['loopback, fd00::/8,10.0.0.0/8', '127.0.0.1', '192.168.0.1']
  ] as const) {
    t.equal(trusts(text, inside), true, `${text} trusts ${inside}`)
    t.equal(trusts(text, outside), false, `${text} does not trust ${outside}`)
  }
  t.end()
})

t.test('a trusted address is not believed behind 32 others', (t) => {
  const trusts = trustedProxies('10.0.0.0/8') as TrustProxy
  t.equal(trusts('10.0.0.1', 31), true)
  t.equal(trusts('10.0.0.1', 32), false)
  t.end()
})

t.test('an invalid TRUST_PROXY is refused without repeating it', (t) => {
  const texts = ['yes', '', '1', '10.0.0.1, 2', '10.0.0.0/33', '10.0.0.0/0', '::/0', '10.0.0.0/', '10.0.0.0/8/8']
  for (const text of [...texts, '10.0.0.0/-1', '::1/129', 'a,10.0.0.1', 'true,10.0.0.1']) {
    t.throws(
      () => trustedProxies(text),
      new TypeError('must be true, or addresses and subnets separated by commas'),
      text
    )
  }
  t.end()
})

t.test('a subnet that Fastify refuses is an invalid configuration, not a crash', async (t) => {
  await t.rejects(buildApp({ environment: { TRUST_PROXY: '10.0.0.0/0' } }), { name: 'ConfigError' })
})
