// Without settings the service brings its own Supabase.
import t from 'tap'
import { dataset } from '../../../src/embedded/dataset.ts'
import { startApp } from '../../support/service/app.ts'

const log = { lines: [] as string[] }
const app = await startApp(t, {}, log)

t.test('the embedded Supabase logs that it serves demonstration data', async (t) => {
  t.match(log.lines.join(), 'serving demonstration data from an embedded Supabase')
  t.match((await app.inject('/')).json(), { supabase_configured: false, notice: /demonstration data/ })
})

t.test('every embedded table has the rows of the data set', async (t) => {
  const { tables } = (await app.inject('/supabase/tables')).json()
  const views = ['experiment_search', 'mixture_search', 'molecule_names', 'molecule_search']
  t.strictSame(tables, [...dataset.map(({ table }) => table), ...views].sort())
  for (const { table, rows } of dataset) {
    const stored = await app.supabase.select(table, { limit: 1000 })
    t.equal(stored.length, rows.length, table)
    t.match(
      stored.find(({ id }) => id === rows[0]?.id),
      rows[0]
    )
    t.match(stored[0]?.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00$/)
  }
})

t.test('names are literal prefixes in the embedded Supabase', async (t) => {
  const count = async (name: string) => (await app.inject({ url: '/api/molecules', query: { name } })).json().count
  t.equal(await count('GLYC'), 2)
  t.equal(await count('%'), 0)
  t.equal(await count('*'), 0)
  t.equal(await count("n,n-dimethyl'"), 0)
  t.ok((await count('N,N-dimethyl')) > 1)
})

t.test('the embedded Supabase finds an id in either case', async (t) => {
  const [molecule] = (await app.inject('/api/molecules?limit=1')).json().molecules
  t.strictSame((await app.inject(`/api/molecules/${molecule.id.toUpperCase()}`)).json().molecule, molecule)
})

t.test('the embedded Supabase needs keys, and permits reads only', async (t) => {
  const { url, keys } = app.project
  const get = (path: string, headers = {}, init = {}) => fetch(`${url}/rest/v1/${path}`, { headers, ...init })
  t.equal((await get('molecules')).status, 401)
  t.equal((await get('', { apikey: keys.anon })).status, 403)
  const response = await app.supabase.request('POST', 'molecules', { body: { name: 'x' } })
  t.notOk(response.ok)
  const written = await app.supabase.request('POST', 'molecules', { body: { name: 'x' }, role: 'service' })
  t.equal(written.status, 201)
})

t.test('the embedded Supabase verifies bearer tokens', async (t) => {
  const unsigned = [{ alg: 'none' }, { role: 'service_role' }].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url')
  )
  for (const token of ['x', 'a.b.c', `${unsigned.join('.')}.`]) {
    const response = await app.inject({ url: '/api/molecules', headers: { authorization: `Bearer ${token}` } })
    t.match(response.json(), { code: 'INVALID_TOKEN' }, token)
  }
})

t.test('an error of the embedded Supabase is a debug line of the log and is not printed beside it', async (t) => {
  const written = t.capture(process.stderr, 'write', process.stderr.write)
  await t.rejects(app.supabase.select('nothing'))
  t.strictSame(written(), [])
  const lines = log.lines.map((line) => JSON.parse(line))
  t.match(
    lines.find(({ msg }) => msg === 'Embedded Supabase'),
    { level: 20, text: /Error.* at /s }
  )
  console.error('printed')
  t.match(written(), [{ args: [/printed/] }], 'what others print is printed')
})
