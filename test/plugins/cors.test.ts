import t from 'tap'
import { startApp } from '../support/service/app.ts'

const preflight = (origin: string, url = '/api/molecules') =>
  ({
    method: 'OPTIONS',
    url,
    headers: { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' }
  }) as const

t.test('CORS is off by default', async (t) => {
  const app = await startApp(t, {})
  const { headers } = await app.inject({ url: '/', headers: { origin: 'https://a.example' } })
  t.notOk(Object.keys(headers).some((name) => name.startsWith('access-control')))
  t.equal((await app.inject(preflight('https://a.example'))).statusCode, 405)
})

t.test('with CORS, pages of the listed origins may read responses, and no others', async (t) => {
  const app = await startApp(t, { CORS_ORIGIN: 'https://a.example, http://localhost:3000' })
  for (const origin of ['https://a.example', 'http://localhost:3000']) {
    const { statusCode, headers } = await app.inject(preflight(origin))
    t.equal(statusCode, 204)
    t.match(headers, { 'access-control-allow-origin': origin, 'access-control-allow-methods': 'GET, HEAD' })
    t.match(headers['access-control-allow-headers'], /\bauthorization\b/)
    const response = await app.inject({ url: '/api/molecules?limit=1', headers: { origin } })
    t.equal(response.headers['access-control-allow-origin'], origin)
    t.match(response.headers['access-control-expose-headers'], /\betag\b.*\blink\b.*\bx-request-id\b/)
    t.match(response.headers.vary, /origin/i)
    t.match(response.headers.vary, /authorization/i)
    t.notOk('access-control-allow-credentials' in response.headers)
  }
  for (const origin of ['https://b.example', 'https://a.example.evil', 'null']) {
    t.notOk('access-control-allow-origin' in (await app.inject(preflight(origin))).headers, origin)
  }
  const missing = await app.inject({ url: '/nowhere', headers: { origin: 'https://a.example' } })
  t.equal(missing.statusCode, 404)
  t.equal(missing.headers['access-control-allow-origin'], 'https://a.example', 'a page may read errors too')
  for (const method of ['POST', 'OPTIONS'] as const) {
    const refused = await app.inject({ method, url: '/', headers: { origin: 'https://a.example' } })
    t.equal(refused.statusCode, 405, `${method} is no preflight`)
    t.equal(refused.headers['access-control-allow-origin'], 'https://a.example')
  }
  t.match((await app.inject({ method: 'OPTIONS', url: '/nowhere' })).json(), { status: 'error', code: 'NOT_FOUND' })
  t.equal((await app.inject({ method: 'POST', url: '/nowhere' })).statusCode, 404)
})

t.test('with CORS for all origins, every page may read responses', async (t) => {
  const app = await startApp(t, { CORS_ORIGIN: '*' })
  const { headers } = await app.inject({ url: '/', headers: { origin: 'https://a.example' } })
  t.equal(headers['access-control-allow-origin'], '*')
})
