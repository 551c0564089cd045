import FakeTimers from '@sinonjs/fake-timers'
import t from 'tap'
import { noProject, startApp } from '../support/service/app.ts'

t.test('a client beyond its rate limit gets 429 with Retry-After', async (t) => {
  const app = await startApp(t, { ...noProject, RATE_LIMIT: '3' })
  const clock = FakeTimers.install({ toFake: ['Date'], now: Date.now() })
  t.teardown(() => clock.uninstall())
  const ask = (url = '/', remoteAddress = '192.0.2.1') => app.inject({ url, remoteAddress })

  const first = await ask()
  t.match(first.headers, { 'ratelimit-limit': '3', 'ratelimit-remaining': '2', 'ratelimit-reset': '60' })
  t.equal((await ask('/nowhere')).statusCode, 404, 'what is not found counts')
  t.equal((await ask('/api/molecules?limit=0')).statusCode, 400, 'so does what is refused')
  const refused = await ask()
  t.equal(refused.statusCode, 429)
  t.match(refused.headers, { 'ratelimit-remaining': '0', 'retry-after': '60' })
  t.match(refused.json(), {
    status: 'error',
    code: 'TOO_MANY_REQUESTS',
    message: 'Rate limit of 3 requests per minute exceeded'
  })
  t.equal(refused.json().request_id, refused.headers['x-request-id'])

  t.equal((await ask('/health/live')).statusCode, 200, 'machines that watch the service are not counted')
  t.equal((await ask('/', '192.0.2.2')).statusCode, 200, 'nor is anybody else')
  clock.tick(60_001)
  t.equal((await ask()).statusCode, 200, 'and after a minute it may go on')
})

t.test('all addresses of an IPv6 /64 network share one rate limit', async (t) => {
  const app = await startApp(t, { ...noProject, RATE_LIMIT: '1' })
  const ask = async (remoteAddress: string) => (await app.inject({ url: '/', remoteAddress })).statusCode
  t.equal(await ask('2001:db8:0:1::1'), 200)
  t.equal(await ask('2001:db8:0:1:ffff::2'), 429)
  t.equal(await ask('2001:db8:0:2::1'), 200)
})

t.test('behind a trusted proxy the rate limit applies to the forwarded address', async (t) => {
  const ask = async (environment: Record<string, string>, proxy: string) => {
    const app = await startApp(t, { ...noProject, RATE_LIMIT: '1', ...environment })
    const codes: number[] = []
    for (const client of ['192.0.2.1', '192.0.2.2']) {
      const headers = { 'x-forwarded-for': client }
      codes.push((await app.inject({ url: '/', remoteAddress: proxy, headers })).statusCode)
    }
    return codes
  }
  t.strictSame(await ask({}, '10.0.0.1'), [200, 429], 'nobody is believed by default')
  t.strictSame(await ask({ TRUST_PROXY: 'true' }, '10.0.0.1'), [200, 200])
  t.strictSame(await ask({ TRUST_PROXY: 'loopback, 10.0.0.0/8' }, '10.0.0.1'), [200, 200])
  t.strictSame(await ask({ TRUST_PROXY: '10.0.0.0/8' }, '11.0.0.1'), [200, 429])
})

t.test('a forwarded value that is no address gets no rate limit of its own', async (t) => {
  const app = await startApp(t, { ...noProject, RATE_LIMIT: '2', TRUST_PROXY: 'true' })
  const ask = async (client: string) => {
    const headers = { 'x-forwarded-for': client }
    return (await app.inject({ url: '/', remoteAddress: '10.0.0.1', headers })).headers['ratelimit-remaining']
  }
  t.strictSame([await ask('x'.repeat(5_000)), await ask('unknown'), await ask('10.0.0.1')], ['1', '0', '0'])
  t.strictSame([await ask('fe80::1%a'), await ask(`fe80::1%${'b'.repeat(5_000)}`)], ['1', '0'])
  t.strictSame([await ask('192.0.2.1'), await ask('::ffff:192.0.2.1')], ['1', '0'])
})

t.test('a port in a forwarded address does not change whose rate limit applies', async (t) => {
  const app = await startApp(t, { ...noProject, RATE_LIMIT: '9', TRUST_PROXY: 'true' })
  const ask = async (client: string) => {
    const headers = { 'x-forwarded-for': client }
    return (await app.inject({ url: '/', remoteAddress: '10.0.0.1', headers })).headers['ratelimit-remaining']
  }
  t.strictSame([await ask('192.0.2.1:5678'), await ask('192.0.2.1:80'), await ask('192.0.2.1')], ['8', '7', '6'])
  t.equal(await ask('192.0.2.2:5678'), '8', 'another client')
  t.strictSame([await ask('[2001:db8::1]:80'), await ask('[2001:db8::1]'), await ask('2001:db8::1')], ['8', '7', '6'])
  t.equal(await ask('10.0.0.1'), '8', 'none of them counted as the proxy itself')
})

t.test('a URL without a route counts toward the rate limit, and is refused beyond it', async (t) => {
  const app = await startApp(t, { ...noProject, RATE_LIMIT: '2' })
  const ask = async (url: string) => (await app.inject(url)).statusCode
  t.strictSame([await ask('/%'), await ask(`/api/molecules/${'x'.repeat(200)}`), await ask('/%')], [400, 414, 429])
  t.match((await app.inject('/%')).json(), { status: 'error', code: 'TOO_MANY_REQUESTS' })
})

t.test('a URL without a route counts toward the rate limit of the client behind a trusted proxy', async (t) => {
  const app = await startApp(t, { ...noProject, RATE_LIMIT: '1', TRUST_PROXY: '10.0.0.1' })
  const ask = async (url: string, client: string) => {
    const headers = { 'x-forwarded-for': client }
    return (await app.inject({ url, remoteAddress: '10.0.0.1', headers })).statusCode
  }
  t.strictSame([await ask('/%', '192.0.2.1'), await ask('/%', '192.0.2.2')], [400, 400])
  t.strictSame([await ask('/%', '192.0.2.1'), await ask('/', '192.0.2.2')], [429, 429])
})

t.test('a CORS preflight counts once toward the rate limit, and is refused beyond it', async (t) => {
  const app = await startApp(t, { ...noProject, RATE_LIMIT: '2', CORS_ORIGIN: 'https://a.example' })
  const headers = { origin: 'https://a.example', 'access-control-request-method': 'GET' }
  const ask = () => app.inject({ method: 'OPTIONS', url: '/api/molecules', headers })
  const first = await ask()
  t.equal(first.statusCode, 204)
  t.equal(first.headers['ratelimit-remaining'], '1')
  t.equal((await ask()).statusCode, 204)
  t.equal((await ask()).statusCode, 429)
  const other = await app.inject({ url: '/', headers: { origin: 'https://a.example' } })
  t.equal(other.statusCode, 429)
  t.equal(other.headers['access-control-allow-origin'], 'https://a.example', 'a page may read that it is limited')
})
