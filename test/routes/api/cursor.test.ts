import t from 'tap'
import { molecules } from '../../../src/resources/molecules.ts'
import { startApp } from '../../support/service/app.ts'
import { startGateway } from '../../support/upstream/gateway.ts'

const gateway = await startGateway()
t.teardown(() => gateway.close())
const app = await startApp(t, gateway.environment)

type Row = Record<string, unknown>

/** The target of the link to the next page. */
function findNext(headers: Record<string, unknown>): string | undefined {
  return /<([^>]*)>; rel="next"/.exec(String(headers.link))?.[1]
}

/** All rows, by following the links to the next page. */
async function walk(query: Record<string, string>, { headers = {}, from = app } = {}): Promise<Row[]> {
  const rows: Row[] = []
  let pages = 0
  let target: string | undefined = `/api/molecules?${new URLSearchParams(query)}`
  while (target && pages++ < 1000) {
    const response = await from.inject({ url: target, headers })
    if (response.statusCode !== 200) throw new Error(response.body)
    const { molecules } = response.json()
    rows.push(...molecules)
    target = findNext(response.headers)
    if (target && !molecules.length) throw new Error('An empty page has a next one')
  }
  return rows
}

t.test('following cursors passes every molecule once and in order, for every order', async (t) => {
  const orders = molecules.columnNames.flatMap((column) => [`${column}.asc`, `${column}.desc`])
  const several = ['molecular_weight.desc,name.asc', 'source.asc,cid.desc', 'cid.desc,id.desc,name.asc']
  for (const order of [...orders, ...several]) {
    const { molecules } = (await app.inject({ url: '/api/molecules', query: { order, limit: '1000' } })).json()
    t.strictSame(await walk({ order, limit: '23', after: '' }), molecules, order)
  }
})

t.test("a cursor tells numbers apart that have more digits than JavaScript's", async (t) => {
  const query = { order: 'molecular_weight.asc', q: ' ', select: 'id,molecular_weight' }
  const { body } = await app.inject({ url: '/api/molecules', query: { ...query, limit: '1000' } })
  t.match(body, /0\.12345678901234567890121.*0\.12345678901234567890122/s)
  t.strictSame(await walk({ ...query, limit: '1', after: '' }), JSON.parse(body).molecules)
})

t.test('a cursor works with filters, columns, formats and user tokens', async (t) => {
  const query = { q: 'gly', select: 'name,id', limit: '2' }
  const { molecules } = (await app.inject({ url: '/api/molecules', query: { ...query, limit: '1000' } })).json()
  t.ok(molecules.length > 4)
  t.strictSame(await walk({ ...query, after: '' }), molecules)

  const csv = await app.inject({ url: '/api/molecules?limit=2&select=name,id&after=', headers: { accept: 'text/csv' } })
  t.equal(csv.body.split('\r\n').length, 4)
  const rest = await app.inject({ url: findNext(csv.headers) as string, headers: { accept: 'application/x-ndjson' } })
  const page = (await app.inject('/api/molecules?limit=2&offset=2&select=name,id')).json().molecules
  t.equal(rest.body, page.map((row: Row) => `${JSON.stringify(row)}\n`).join(''))

  const authorization = `Bearer ${gateway.userToken('11111111-1111-4111-8111-111111111111')}`
  const own = await walk({ name: 'Zz', limit: '1', after: '' }, { headers: { authorization } })
  t.ok(own.some(({ name }) => name === 'Zz private'))
  t.notOk((await walk({ name: 'Zz', limit: '1', after: '' })).some(({ name }) => name === 'Zz private'))
})

t.test('a page behind a cursor has links to the first and the next page only', async (t) => {
  const { headers } = await app.inject('/api/molecules?limit=2&q=gly&after=')
  t.match(headers.link, /^<\/api\/molecules\?limit=2&q=gly&after=>; rel="first", <[^>]*&after=[\w-]+>; rel="next"$/)
  const { headers: empty } = await app.inject('/api/molecules?q=xyzzy&after=')
  t.equal(empty.link, '</api/molecules?q=xyzzy&limit=10&after=>; rel="first"')
})

t.test('an invalid cursor, or one of another order, is refused with a message that names it', async (t) => {
  const cursor = (...content: unknown[]) => Buffer.from(JSON.stringify(content)).toString('base64url')
  const order = 'name.asc,id.asc'
  const id = 'aa12c9e8-3e58-4eb2-a88c-d69f447e04fd'
  const all = `cid.asc,molecular_weight.asc,created_at.asc,${order}`
  const time = '2026-11-23T12:34:59.707+00:00'
  const good = [1, '0.5', time, 'x', id].map((value) => value && String(value))
  t.equal((await app.inject({ url: '/api/molecules', query: { after: cursor(order, 'x', id) } })).statusCode, 200)

  const texts = [...['x', '_', cursor(), cursor(order, 'x'), cursor(order, 'x', id, 'more')]]
  const values = [
    ['x', 'no id'],
    ['x', id.toUpperCase()],
    ['\0', id],
    [null, id],
    ['x', null],
    ['x', 1],
    [['x'], id],
    ['x', {}]
  ]
  const others = [...values.map((own) => cursor(order, ...own)), cursor('name.desc,id.asc', 'x', id)]
  for (const after of [
    ...texts,
    ...others,
    Buffer.from('"name"').toString('base64url'),
    Buffer.from('5').toString('base64url')
  ]) {
    const response = await app.inject({ url: '/api/molecules', query: { after } })
    t.equal(response.statusCode, 400, after)
    t.match(response.json().message, /"after" must be the cursor of a link to the next page, with the same "order"/)
  }

  const several = (values: unknown[]) => ({
    url: '/api/molecules',
    query: { order: 'cid.asc,molecular_weight.asc,created_at.asc,name.asc', after: cursor(all, ...values) }
  })
  t.equal((await app.inject(several(good))).statusCode, 200)
  t.equal((await app.inject(several(good.with(0, null as never).with(1, null as never)))).statusCode, 200)
  for (const [place, value] of [
    [0, 'x'],
    [0, '1.5'],
    [0, '-2147483649'],
    [0, '9999999999'],
    [1, 'nan'],
    [1, '1e9'],
    [2, 'now'],
    [2, '2026-02-31T12:00:00+00:00'],
    [2, '0000-01-01T12:00:00+00:00'],
    [2, '2026-02-28T12:00:00+99:99'],
    [2, null]
  ] as const) {
    t.equal((await app.inject(several(good.with(place, value as never)))).statusCode, 400, `${value}`)
  }
})

t.test('a parameter that excludes a cursor is refused with a message that names it', async (t) => {
  const message = async (query: string) => {
    const response = await app.inject(`/api/molecules?after=&${query}`)
    t.equal(response.statusCode, 400)
    return response.json().message
  }
  t.equal(await message('offset=1'), 'The query parameter "offset" cannot be combined with "after"')
  t.equal(await message('select=name'), 'The query parameter "select" must include name, id when combined with "after"')
  t.equal(
    await message('select=id&order=cid.desc,id.asc,name.asc'),
    'The query parameter "select" must include cid, id when combined with "after"'
  )
  const counted = await app.inject('/api/molecules?count=exact&after=')
  t.ok(counted.json().total > 10)
  const next = findNext(counted.headers) as string
  t.equal((await app.inject(next)).statusCode, 200)
  const refused = await app.inject(`${next}&count=exact`)
  t.equal(refused.statusCode, 400)
  t.match(refused.json(), { message: /"count" can only be combined with an empty "after"/ })
  t.equal(await message('after='), 'The query parameter "after" must be given once')
  t.equal(
    (await app.inject('/api/molecules?after=.')).json().message,
    'The query parameter "after" must be the cursor of a link to the next page, with the same "order"'
  )
})

t.test('cursors work over the embedded Supabase', async (t) => {
  const demo = await startApp(t, {})

  t.test('following next passes every molecule once', async (t) => {
    const { molecules } = (await demo.inject('/api/molecules?limit=1000&order=molecular_weight.desc')).json()
    t.strictSame(await walk({ limit: '9', order: 'molecular_weight.desc', after: '' }, { from: demo }), molecules)
  })

  t.test('a cursor keeps its place however many rows come before it', async (t) => {
    const first = await demo.inject('/api/molecules?limit=5&after=')
    const next = findNext(first.headers) as string
    const { molecules } = (await demo.inject(next)).json()
    await demo.supabase.request('POST', 'molecules', { body: { name: '!' }, role: 'service' })
    t.equal((await demo.inject('/api/molecules?limit=1')).json().molecules[0].name, '!')
    t.strictSame((await demo.inject(next)).json().molecules, molecules)
  })
})
