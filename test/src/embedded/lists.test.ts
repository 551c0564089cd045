// The embedded Supabase responds as a project would.
import t from 'tap'
import { startApp } from '../../support/service/app.ts'
import { startGateway } from '../../support/upstream/gateway.ts'

const gateway = await startGateway()
t.teardown(() => gateway.close())
const project = await startApp(t, gateway.environment)
const demo = await startApp(t, {})

/** Columns that both have alike: rows are made at different times. */
const select = 'id,cid,name,molecular_formula,smiles,molecular_weight'

t.test('lists of the embedded Supabase are the same in every format', async (t) => {
  const queries: Record<string, string>[] = [
    { q: 'GLY' },
    { q: 'gly', name: 'e' },
    { q: 'gly', order: 'molecular_weight.desc,name.asc', limit: '3' },
    { q: 'oxide', order: 'cid.asc', limit: '2', offset: '1' },
    { q: 'poly', order: 'molecular_weight.desc' },
    { q: 'poly', order: 'molecular_weight.asc' },
    { q: 'poly', order: 'cid.desc', count: 'exact', limit: '2' },
    { q: 'poly', count: 'exact', offset: '500' },
    { q: "'", name: 'n' },
    { q: '(', name: 'p' },
    { q: ',' },
    { q: '-', name: '1' },
    { q: '%', name: 'e' },
    { q: '*', name: 'e' },
    { q: 'a*', count: 'exact' },
    { formula: 'C3H8O3', count: 'exact' },
    { formula: 'c3h8o3' },
    { cid: '753' },
    { cid: '753', formula: 'C2H6OS' }
  ]
  for (const query of queries) {
    for (const accept of ['application/json', 'text/csv', 'application/x-ndjson']) {
      const request = { url: '/api/molecules', query: { select, ...query }, headers: { accept } }
      const [expected, response] = await Promise.all([project.inject(request), demo.inject(request)])
      const name = `${JSON.stringify(query)} as ${accept}`
      t.equal(response.statusCode, 200, name)
      t.equal(expected.statusCode, 200, name)
      if (accept === 'application/json') t.strictSame(response.json(), expected.json(), name)
      else t.equal(response.body, expected.body, name)
      for (const header of ['content-type', 'link', 'x-total-count', 'vary', 'cache-control']) {
        t.equal(response.headers[header], expected.headers[header], `${header} of ${name}`)
      }
    }
  }
})

t.test('lists of the embedded Supabase have every kind of total and links', async (t) => {
  for (const count of ['exact', 'planned', 'estimated']) {
    const { total } = (await demo.inject(`/api/molecules?count=${count}`)).json()
    const seen = new Set<string>()
    let url: string | undefined = `/api/molecules?limit=30&count=${count}`
    while (url) {
      const response: Awaited<ReturnType<typeof demo.inject>> = await demo.inject(url)
      for (const { id } of response.json().molecules) seen.add(id)
      url = /<([^>]*)>; rel="next"/.exec(String(response.headers.link))?.[1]
    }
    t.equal(seen.size, total)
  }
})

t.test('an ETag of the embedded Supabase is valid until the data change', async (t) => {
  const { headers } = await demo.inject('/api/molecules')
  const again = { url: '/api/molecules', headers: { 'if-none-match': headers.etag as string } }
  t.equal((await demo.inject(again)).statusCode, 304)
  const written = { body: { name: '0 new' }, role: 'service' } as const
  await demo.supabase.request('POST', 'molecules', written)
  t.equal((await demo.inject(again)).statusCode, 200)
})
