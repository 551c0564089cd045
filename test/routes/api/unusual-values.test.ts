// What a project may hold or do and the others of these tests' do not.
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { molecules } from '../../../src/resources/molecules.ts'
import { startApp } from '../../support/service/app.ts'
import { startGateway } from '../../support/upstream/gateway.ts'
import { startPostgrest } from '../../support/upstream/postgrest.ts'

const postgrest = await startPostgrest()
t.teardown(() => postgrest.stop())
await postgrest.sql(`
  insert into molecules (name, cid, molecular_weight, source, smiles, created_at) values
    ('V1', 2147483647, 'NaN', repeat('a "quoted" \\ word ', 400), null, 'infinity'),
    ('V2', 1000000000, 'Infinity', repeat('a "quoted" \\ word ', 400) || 'z', repeat('冷', 3000), '-infinity'),
    ('V3', -5, '-Infinity', repeat('冷', 13000), repeat('冷', 3000), '10000-01-01'),
    ('V4', -2147483648, 1e250, repeat('冷', 13000), repeat('C', 4500), '0044-03-15 BC'),
    ('V5', null, 1e-150, repeat('x', 499), repeat('C', 4500), '2024-02-29'),
    ('V6 ' || repeat('冷', 600), 0, 'NaN', repeat('x', 500), '', 'infinity'),
    ('V6 ' || repeat('冷', 600) || '!', 1, 'NaN', '', '', 'infinity')
`)
const gateway = await startGateway(postgrest)
t.teardown(() => gateway.close())
const app = await startApp(t, gateway.environment)

/** All rows of a list, by following the links to the next page. */
async function walk(query: string, from: FastifyInstance = app): Promise<unknown[]> {
  const rows: unknown[] = []
  let url: string | undefined = `/api/molecules?${query}`
  for (let pages = 0; url; pages++) {
    if (url.length > 2_000) throw new Error(`The link to the next page has ${url.length} characters`)
    const response: Awaited<ReturnType<typeof from.inject>> = await from.inject(url)
    if (response.statusCode !== 200 || pages > 200) throw new Error(`${url}: ${response.body}`)
    rows.push(...response.json().molecules)
    url = /<([^>]*)>; rel="next"/.exec(String(response.headers.link))?.[1]
  }
  return rows
}

t.test('following next from a cursor passes every molecule once, whatever the values of the order', async (t) => {
  const orders = molecules.columnNames.flatMap((column) => [`${column}.asc`, `${column}.desc`])
  const several = ['source.asc,smiles.desc,molecular_weight.asc', 'smiles.desc,source.asc,name.desc']
  for (const order of [...orders, ...several]) {
    const { molecules } = (await app.inject({ url: '/api/molecules', query: { order, limit: '1000' } })).json()
    t.strictSame(await walk(`order=${order}&limit=3&after=`), molecules, order)
  }
})

t.test('where every row has a long value, following next from a cursor passes every molecule once', async (t) => {
  t.equal((await walk('name=V6&limit=1&after=')).length, 2)
})

t.test('rows that are deleted do not disturb a cursor behind them', async (t) => {
  await postgrest.sql(`insert into molecules (name) values ('W1'), ('W2'), ('W3')`)
  const { headers } = await app.inject('/api/molecules?name=W&limit=2&after=&select=id,name')
  await postgrest.sql(`delete from molecules where name in ('W1', 'W2')`)
  const [, next = ''] = /<([^>]*)>; rel="next"/.exec(String(headers.link)) ?? []
  t.match((await app.inject(next)).json(), { molecules: [{ name: 'W3' }] })
  await postgrest.sql(`delete from molecules where name = 'W3'`)
})

t.test('an SD file has numbers as they are stored', async (t) => {
  const [{ id }] = (await app.inject('/api/molecules?name=V4&select=id')).json().molecules
  const { body } = await app.inject(`/api/molecules/${id}/structure.sdf`)
  t.match(body, `>  <molecular_weight>\n1${'0'.repeat(250)}\n`)
})

t.test('a Link header stays below the limit of common clients with any filters', async (t) => {
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  // The longest that a filter may be, in the characters that are longest in a URL.
  const filter = '😀'.repeat(300)
  await postgrest.sql(`insert into molecules (name, molecular_formula) select 'X${filter}' || n, '${filter}'
    from generate_series(1, 3) n`)
  for (const start of ['offset=1', 'after=']) {
    for (const count of ['', '&count=exact']) {
      const order = 'molecular_weight.asc,created_at.desc,source.asc,name.asc'
      const query = new URLSearchParams({ q: filter, formula: filter, name: `X${filter.slice(2)}`, limit: '1', order })
      const response = await fetch(`${url}/api/molecules?${query}&${start}${count}`)
      t.equal(response.status, 200)
      const [, next] = /^<([^>]*)>; rel="next"$/.exec(response.headers.get('link') ?? '') ?? []
      const following = await fetch(`${url}${next}`)
      t.match(await following.json(), { molecules: [{ molecular_formula: filter }] })
    }
  }
  await postgrest.sql(`delete from molecules where name like 'X😀%'`)
})

t.test('paging loses no rows of a project that returns fewer rows than requested', async (t) => {
  const names = (await walk('limit=1000&select=name')).length
  await postgrest.sql(`alter role authenticator set pgrst.db_max_rows = '7'; notify pgrst, 'reload config'`)
  while ((await app.inject('/api/molecules?limit=8')).json().count > 7);
  for (const query of [
    'limit=8',
    'limit=1000',
    'limit=1000&count=exact',
    'limit=1000&count=planned',
    'limit=8&after='
  ]) {
    t.equal(new Set((await walk(query)).map((row) => (row as { id: string }).id)).size, names, query)
  }
  const short = await app.inject('/api/molecules?limit=1000&count=exact')
  t.match(short.headers.link, /offset=7>; rel="next".*rel="last"$/)
})
