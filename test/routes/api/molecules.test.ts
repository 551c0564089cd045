import t from 'tap'
import { startApp } from '../../support/service/app.ts'
import { startGateway } from '../../support/upstream/gateway.ts'

interface Molecule {
  id: string
  name: string
}

const gateway = await startGateway()
t.teardown(() => gateway.close())
const app = await startApp(t, gateway.environment)

async function list(
  query: Record<string, string> = {},
  headers = {}
): Promise<{ count: number; molecules: Molecule[] }> {
  return (await app.inject({ url: '/api/molecules', query, headers })).json()
}

/** The names that PostgreSQL itself finds, asked for in a way that knows no patterns. */
const all = (await app.supabase.select('molecules', { limit: 1000, order: 'name.asc,id.asc' })) as unknown as Molecule[]

t.test('a list has the first ten molecules by name by default', async (t) => {
  const response = await app.inject('/api/molecules')
  t.equal(response.statusCode, 200)
  t.equal(response.headers['content-type'], 'application/json; charset=utf-8')
  t.strictSame(response.json(), { status: 'success', count: 10, molecules: all.slice(0, 10) })
})

t.test('pages neither overlap nor leave molecules out', async (t) => {
  const seen: string[] = []
  for (let offset = 0; offset < all.length; offset += 7) {
    const { molecules } = await list({ limit: '7', offset: String(offset) })
    seen.push(...molecules.map(({ id }) => id))
  }
  t.strictSame(
    seen,
    all.map(({ id }) => id)
  )
  t.match(await list({ offset: '100000' }), { count: 0, molecules: [] })
  t.match(await list({ limit: '1000' }), { count: all.length })
})

t.test('name matches prefixes case-insensitively', async (t) => {
  const names = async (name: string) => (await list({ name, limit: '1000' })).molecules.map((molecule) => molecule.name)
  t.strictSame(await names('gLyC'), ['Glycerol', 'Glycine'])
  t.strictSame(await names('écto-ÜBER'), ['Écto-Überstoff 冷凍'])
  t.strictSame(await names('Écto-Überstoff 冷'), ['Écto-Überstoff 冷凍'])
  t.equal((await names('')).length, all.length, 'an empty one is none')
})

t.test('every character of name is matched literally', async (t) => {
  const whole = 'Zz 50%_\\ (r*)-"quoted", \'single\' & more?'
  for (let length = 4; length <= whole.length; length++) {
    const name = whole.slice(0, length)
    const expected = all.filter((molecule) => molecule.name.toLowerCase().startsWith(name.toLowerCase()))
    t.strictSame((await list({ name })).molecules, expected, name)
  }
  const none = [
    '%',
    '_',
    '*',
    '\\',
    'Zz 5_%',
    'Zz%',
    'Zz*',
    '.*',
    '^',
    'a,b',
    '"',
    "'; drop table molecules; --",
    ')',
    '{}'
  ]
  none.push(
    'ilike.*',
    'not.eq.x',
    '&limit=1000',
    '=',
    '#',
    '+',
    '\u0001',
    '\u{1F9CA}',
    '\\*',
    '***',
    '*(?i)',
    'x'.repeat(300)
  )
  for (const name of none) t.match(await list({ name }), { status: 'success', count: 0 }, JSON.stringify(name))
})

t.test('a parameter changes nothing in the request to Supabase but its own value', async (t) => {
  gateway.requests.length = 0
  await list({ name: 'a&select=id&limit=1000#x/../y?z', limit: '3', offset: '2' })
  const url =
    '/rest/v1/molecules?name=ilike.a%26select%3Did%26limit%3D1000%23x%2F..%2Fy%3Fz%25&order=name.asc%2Cid.asc&limit=3&offset=2'
  t.match(gateway.requests, [{ method: 'GET', url }])
})

t.test('an invalid parameter is refused with a message that names it', async (t) => {
  const wrong: [query: string, name: string][] = [
    ...['Infinity', '-Infinity', '1e309', '1e2', '0x10', '%205%20', '%20', '+5', '5.0', '9'.repeat(400)].flatMap(
      (value): [string, string][] => [
        [`limit=${value}`, 'limit'],
        [`offset=${value}`, 'offset']
      ]
    ),
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=abc', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['limit[]=1', 'limit[]'],
    ['offset=-1', 'offset'],
    ['offset=x', 'offset'],
    ['offset=99999999999', 'offset'],
    [`name=${'x'.repeat(301)}`, 'name'],
    ['name=%00', 'name'],
    ['name=a&name=b', 'name'],
    ['Limit=1', 'Limit'],
    ['order=id', 'order'],
    ['__proto__=1', '__proto__']
  ]
  gateway.requests.length = 0
  for (const [query, name] of wrong) {
    const response = await app.inject(`/api/molecules?${query}`)
    t.equal(response.statusCode, 400, query)
    t.match(response.json(), { status: 'error', code: 'BAD_REQUEST', request_id: response.headers['x-request-id'] })
    t.ok(response.json().message.includes(`"${name}"`), response.json().message)
  }
  t.equal(gateway.requests.length, 0)
})

t.test('the message for an invalid parameter says what is allowed', async (t) => {
  const messages: [query: string, message: string][] = [
    ['limit=1e2', 'The query parameter "limit" must be a whole number'],
    ['limit=-1', 'The query parameter "limit" must be >= 1'],
    ['offset=9007199254740993', 'The query parameter "offset" must be <= 2147483647'],
    [`offset=${'9'.repeat(300)}`, 'The query parameter "offset" must be <= 2147483647'],
    ['name=%zz', 'The query parameter "name" has invalid percent-encoding'],
    ['limit=1&q=gl%FC', 'The query parameter "q" has invalid percent-encoding'],
    ['%ED%A0%80=1&name=%zz', 'The query parameter "%ED%A0%80" has invalid percent-encoding'],
    ['offset=1&offset=2', 'The query parameter "offset" must be given once'],
    ['name=a&name=b', 'The query parameter "name" must be given once'],
    ['name=%00', 'The query parameter "name" must not contain NUL']
  ]
  for (const [query, message] of messages) {
    t.equal((await app.inject(`/api/molecules?${query}`)).json().message, message)
  }
  t.equal((await app.inject('/api/molecules/1')).json().message, 'The path parameter "id" must be a UUID')
})

t.test('a molecule is found by its id, and an unknown id gets 404', async (t) => {
  for (const { id } of all.slice(0, 3)) {
    const response = await app.inject(`/api/molecules/${id.toUpperCase()}`)
    t.equal(response.statusCode, 200)
    t.strictSame(response.json(), { status: 'success', molecule: all.find((molecule) => molecule.id === id) })
  }
  const missing = await app.inject('/api/molecules/99999999-9999-4999-8999-999999999999')
  t.equal(missing.statusCode, 404)
  t.match(missing.json(), { status: 'error', code: 'NOT_FOUND', message: 'Not found: unknown id' })
  for (const id of [
    '1',
    'abc',
    `urn:uuid:${all[0]?.id}`,
    `${all[0]?.id}%00`,
    `${all[0]?.id},`,
    '%27%20or%201=1',
    'eq.1'
  ]) {
    const response = await app.inject(`/api/molecules/${id}`)
    t.equal(response.statusCode, 400, id)
    t.match(response.json(), { message: /"id"/ })
  }
  t.equal((await app.inject(`/api/molecules/${all[0]?.id}?limit=1`)).statusCode, 400)
})

t.test("a list has the molecules that the user's token may see", async (t) => {
  const owner = { authorization: `Bearer ${gateway.userToken('11111111-1111-4111-8111-111111111111')}` }
  const other = { authorization: `bearer ${gateway.userToken('22222222-2222-4222-8222-222222222222')}` }
  const url = '/api/molecules/00000000-0000-4000-8000-000000000004'
  t.match(await list({ name: 'Zz private' }, owner), { count: 1 })
  t.match(await list({ name: 'Zz private' }, other), { count: 0 })
  t.match(await list({ name: 'Zz private' }), { count: 0 })
  t.equal((await app.inject({ url, headers: owner })).statusCode, 200)
  t.equal((await app.inject({ url, headers: other })).statusCode, 404)
  t.match(gateway.requests.at(-1)?.headers, { apikey: gateway.keys.anon, ...other, authorization: /^Bearer / })
})

t.test('a token that Supabase does not accept gets 401', async (t) => {
  const tokens = [
    gateway.userToken('11111111-1111-4111-8111-111111111111', { exp: 1 }),
    'abc',
    'a.b.c',
    gateway.keys.secret
  ]
  for (const token of tokens) {
    const response = await app.inject({ url: '/api/molecules', headers: { authorization: `Bearer ${token}` } })
    t.equal(response.statusCode, 401)
    t.equal(response.headers['www-authenticate'], 'Bearer')
    t.match(response.json(), { status: 'error', code: 'INVALID_TOKEN' })
  }
  for (const authorization of ['Basic abc', 'Bearer', 'Bearer a b', 'Bearer é', '']) {
    const response = await app.inject({ url: '/api/molecules', headers: { authorization } })
    t.match(response.json(), { status: 'error', code: 'UNAUTHORIZED' }, authorization)
  }
  const nobody = gateway.userToken('x', { role: 'nobody' })
  const response = await app.inject({ url: '/api/molecules', headers: { authorization: `Bearer ${nobody}` } })
  t.equal(response.statusCode, 401, 'nor is a role that does not exist')
})
