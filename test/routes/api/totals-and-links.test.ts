import t from 'tap'
import { startApp } from '../../support/service/app.ts'
import { startGateway } from '../../support/upstream/gateway.ts'

const gateway = await startGateway()
t.teardown(() => gateway.close())
const app = await startApp(t, gateway.environment)

const names = (await app.supabase.select('molecules', { limit: 1000, select: 'name' })).map(({ name }) => String(name))

/** Targets by relation, as a client finds them. */
function parseLinks(headers: Record<string, unknown>): Record<string, string> {
  const links = String(headers.link).matchAll(/<([^>]*)>; rel="(\w+)"/g)
  return Object.fromEntries([...links].map(([, target, relation]) => [relation, target]))
}

t.test('a list has a total if a count is requested', async (t) => {
  const { body } = await app.inject('/api/molecules?limit=2')
  for (const [count, limit] of [
    ['exact', 2],
    ['exact', 1000]
  ]) {
    const response = await app.inject(`/api/molecules?limit=${limit}&count=${count}`)
    t.equal(response.statusCode, 200)
    t.match(response.json(), { status: 'success', count: Math.min(Number(limit), names.length), total: names.length })
    t.strictSame(Object.keys(response.json()), ['status', 'count', 'total', 'molecules'])
    t.equal(response.headers['x-total-count'], String(names.length))
  }
  for (const count of ['planned', 'estimated']) {
    const response = await app.inject(`/api/molecules?limit=2&count=${count}`)
    t.ok(Number.isInteger(response.json().total), count)
    t.equal(response.body.replace(/"total":\d+,/, ''), body)
    t.notOk(parseLinks(response.headers).last, 'which is the last page is not sure')
  }
  const plain = await app.inject('/api/molecules?limit=2')
  t.notOk('total' in plain.json())
  t.notOk('x-total-count' in plain.headers)
  t.match((await app.inject('/api/molecules?count=all')).json(), {
    message: 'The query parameter "count" must be one of exact, planned, estimated'
  })
})

t.test('the total counts the rows that match the filters and that the user may see', async (t) => {
  const total = async (query: Record<string, string>, headers = {}) =>
    (await app.inject({ url: '/api/molecules', query: { count: 'exact', limit: '1', ...query }, headers })).json().total
  const having = (text: string) => names.filter((name) => name.toLowerCase().includes(text)).length
  t.equal(await total({ name: 'gly' }), names.filter((name) => /^gly/i.test(name)).length)
  t.equal(await total({ q: '*' }), having('*'))
  t.equal(await total({ q: 'xyzzy' }), 0)
  const authorization = `Bearer ${gateway.userToken('11111111-1111-4111-8111-111111111111')}`
  t.equal(await total({ name: 'Zz private' }, { authorization }), 1)
  t.equal(await total({ name: 'Zz private' }), 0)
})

t.test('a page past the end is empty and has the total', async (t) => {
  for (const offset of [names.length, names.length + 1, 100_000]) {
    const response = await app.inject(`/api/molecules?offset=${offset}&count=exact`)
    t.equal(response.statusCode, 200, `offset ${offset}`)
    t.strictSame(response.json(), { status: 'success', count: 0, total: names.length, molecules: [] })
    t.notOk(parseLinks(response.headers).next)
    t.match((await app.inject(parseLinks(response.headers).prev as string)).json().count, 10)
  }
})

t.test('following next passes every molecule once, with any parameters', async (t) => {
  const queries = [
    ...['limit=7', 'limit=7&count=exact', 'limit=9&order=molecular_weight.desc', 'limit=1000', 'limit=5&count=planned'],
    ...['limit=4&count=estimated&select=name,id', `limit=${names.length}`, `limit=${names.length}&count=exact`]
  ]
  for (const query of queries) {
    const seen: string[] = []
    let last: string | undefined
    let target = `/api/molecules?${query}`
    for (let url: string | undefined = target; url; ) {
      target = url
      const response = await app.inject(url)
      t.equal(response.statusCode, 200)
      seen.push(...response.json().molecules.map(({ name }: { name: string }) => name))
      const links = parseLinks(response.headers)
      last ??= links.last
      url = links.next
    }
    t.strictSame(seen.toSorted(), names.toSorted(), query)
    if (query.includes('exact')) {
      t.strictSame(
        new URL(last as string, 'http://x').searchParams.get('offset'),
        new URL(target, 'http://x').searchParams.get('offset') ?? '0'
      )
    }
  }
})

t.test('links keep the parameters, and are correct behind a proxy', async (t) => {
  const query = { q: ' <>"&é*', limit: '1', offset: '3', order: 'name.desc', count: 'exact', formula: '' }
  const response = await app.inject({ url: '/api/molecules', query, headers: { host: 'internal:5000' } })
  for (const [relation, target] of Object.entries(parseLinks(response.headers))) {
    t.match(target, /^\/api\/molecules\?/, relation)
    const { searchParams } = new URL(target, 'https://public.example')
    t.strictSame({ ...Object.fromEntries(searchParams), offset: '3' }, query, relation)
  }
  const absolute = await app.inject('/api/%6dolecules?limit=2')
  t.equal(
    absolute.headers.link,
    '</api/molecules?limit=2&offset=0>; rel="first", </api/molecules?limit=2&offset=2>; rel="next"'
  )
})
