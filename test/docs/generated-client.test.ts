// A client generated from the OpenAPI document, in front of a real PostgREST.
import createClient from 'openapi-fetch'
import t from 'tap'
import type { paths } from '../support/openapi/client.d.ts'
import { startApp, waitForSearch } from '../support/service/app.ts'
import { startGateway } from '../support/upstream/gateway.ts'

const ADMIN_TOKEN = '0123456789abcdef'

const gateway = await startGateway()
t.teardown(() => gateway.close())
const app = await startApp(t, { ...gateway.environment, ADMIN_TOKEN })
await waitForSearch(app)
const client = createClient<paths, 'application/json'>({ baseUrl: await app.listen({ host: '127.0.0.1', port: 0 }) })

t.test(
  'a generated client lists molecules with typed filters, order and count, and fetches one by its id',
  async (t) => {
    const query = { name: 'gly', order: 'molecular_weight.desc', limit: 2, count: 'exact' } as const
    const { data, error, response } = await client.GET('/api/molecules', { params: { query } })
    t.equal(error, undefined)
    t.equal(data?.total, 2)
    const names: (string | undefined)[] | undefined = data?.molecules.map(({ name }) => name)
    t.strictSame(names, ['Glycerol', 'Glycine'])
    t.equal(response.headers.get('x-total-count'), '2')

    const id = data?.molecules[0]?.id ?? ''
    const one = await client.GET('/api/molecules/{id}', { params: { path: { id } } })
    const weight: number | null | undefined = one.data?.molecule.molecular_weight
    t.equal(weight, 92.09)
  }
)

t.test('a generated client fetches molecules as CSV', async (t) => {
  const headers = { accept: 'text/csv' }
  const params = { query: { name: 'glycerol', select: 'name,smiles' } }
  const { data } = await client.GET('/api/molecules', { params, headers, parseAs: 'text' })
  t.equal(data, 'name,smiles\r\nGlycerol,OCC(O)CO\r\n')
})

t.test('a generated client draws a structure', async (t) => {
  const params = { query: { smiles: 'OCC(O)CO', size: 100, theme: 'dark' } } as const
  const { data } = await client.GET('/api/depict', { params, parseAs: 'text' })
  t.match(data, /^<svg /)
})

t.test('a generated client searches by structure and gets typed scores', async (t) => {
  const params = { query: { similar: 'OCC(O)CO', min: 0.9, select: 'name' } }
  const { data, response } = await client.GET('/api/molecules', { params })
  const [molecule] = data?.molecules ?? []
  const score: number | undefined = molecule?.score
  t.match({ name: molecule?.name, score }, { name: 'Glycerol', score: 1 })
  t.equal(response.headers.get('x-search-complete'), 'true')
})

t.test('a generated client gets a typed error for an invalid parameter', async (t) => {
  const { data, error } = await client.GET('/api/molecules', { params: { query: { limit: 5000 } } })
  t.equal(data, undefined)
  const code: string | undefined = error?.code
  t.equal(code, 'BAD_REQUEST')
  t.match(error, { status: 'error', message: /"limit"/, request_id: /./ })
})

t.test('a generated client calls the operational endpoints with the admin token', async (t) => {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` }
  const { data: tables } = await client.GET('/supabase/tables', { headers })
  t.ok(tables?.tables.includes('molecules'))
  const { data: pool } = await client.GET('/pool/stats', { headers })
  t.equal(pool?.stats.max_size, 10)
  t.ok(pool && pool.stats.hold_ms.p99 >= 0)
  t.equal((await client.GET('/pool/stats')).error?.code, 'UNAUTHORIZED')
  t.equal((await client.GET('/health/ready')).data?.status, 'ready')
  t.equal((await client.GET('/')).data?.links.docs, '/docs')
})

t.test('the compiler rejects a path or a parameter that is not in the document', async (t) => {
  // @ts-expect-error: there is no such path
  await client.GET('/no/such/path')
  // @ts-expect-error: there is no such parameter
  const { error } = await client.GET('/api/molecules', { params: { query: { nonsense: 1 } } })
  t.match(error, { message: /"nonsense"/ })
})
