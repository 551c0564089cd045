// The other tests believe the gateway: it must behave as Supabase's does.
import t from 'tap'
import { startGateway } from './gateway.ts'

const gateway = await startGateway()
t.teardown(() => gateway.close())
const { anon, service, publishable, secret } = gateway.keys

async function get(path: string, headers: Record<string, string>) {
  const response = await fetch(`${gateway.url}/rest/v1/${path}`, { headers: { 'user-agent': 'test', ...headers } })
  return { status: response.status, range: response.headers.get('content-range'), body: await response.json() }
}

t.test('the test gateway accepts keys of both forms', async (t) => {
  for (const apikey of [anon, service]) {
    t.match(await get('molecules?limit=1', { apikey, authorization: `Bearer ${apikey}` }), {
      status: 200,
      range: '0-0/*'
    })
  }
  for (const apikey of [publishable, secret]) {
    t.match(await get('molecules?limit=1', { apikey }), { status: 200 })
    t.match(await get('molecules', { apikey, authorization: `Bearer ${apikey}` }), { status: 200 })
  }
  const mixed = { apikey: publishable, authorization: `Bearer ${secret}` }
  t.match(await get('molecules', mixed), { status: 401, body: { code: 'PGRST301' } })
})

t.test('the test gateway refuses other keys', async (t) => {
  t.match(await get('molecules', {}), { status: 401, body: { message: 'No API key found in request' } })
  t.match(await get('molecules', { apikey: 'x' }), { status: 401, body: { message: 'Invalid API key' } })
})

t.test("the test gateway refuses a browser's secret key", async (t) => {
  const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)' }
  t.match(await get('molecules', { apikey: secret, ...browser }), { status: 401 })
  t.match(await get('molecules', { apikey: publishable, ...browser }), { status: 200 })
})

t.test('the test gateway serves the OpenAPI document to service keys only', async (t) => {
  t.match(await get('', { apikey: anon }), { status: 403 })
  t.match(await get('?x', { apikey: publishable }), { status: 403 })
  t.match(await get('', { apikey: secret }), { status: 200, body: { paths: { '/molecules': {}, '/rpc/slow': {} } } })
})

t.test("the test gateway passes on a user's token beside the key", async (t) => {
  const owner = '11111111-1111-4111-8111-111111111111'
  const privately = 'molecules?name=eq.Zz%20private'
  const bearer = (token: string) => ({ apikey: publishable, authorization: `Bearer ${token}` })
  t.match(await get(privately, { apikey: publishable }), { status: 200, body: [] })
  t.match(await get(privately, bearer(gateway.userToken(owner))), { status: 200, body: [{ name: 'Zz private' }] })
  t.match(await get(privately, bearer(gateway.userToken(owner, { exp: 1 }))), {
    status: 401,
    body: { code: 'PGRST301' }
  })
})
