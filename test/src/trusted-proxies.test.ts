import t from 'tap'
import { trustedProxies } from '../../src/trusted-proxies.ts'

t.test('nobody, anybody, or those with these addresses', (t) => {
  t.equal(trustedProxies(), false)
  t.equal(trustedProxies('false'), false)
  t.equal(trustedProxies('true'), true)
  t.strictSame(trustedProxies('10.0.0.1'), ['10.0.0.1'])
  t.strictSame(trustedProxies('loopback, fd00::/8,10.0.0.0/8'), ['loopback', 'fd00::/8', '10.0.0.0/8'])
  t.end()
})

t.test('nothing else', (t) => {
  const texts = [
    'yes',
    '1',
    '10.0.0',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    '::1/129',
    'a,10.0.0.1'
  ]
  for (const text of texts) t.throws(() => trustedProxies(text), TypeError, text)
  t.end()
})
