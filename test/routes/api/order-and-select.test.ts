import t from 'tap'
import { startApp } from '../../support/service/app.ts'
import { startGateway } from '../../support/upstream/gateway.ts'

interface Molecule {
  id: string
  cid: number | null
  name: string
  molecular_formula: string | null
  molecular_weight: number | null
}

const gateway = await startGateway()
t.teardown(() => gateway.close())
const app = await startApp(t, gateway.environment)

const get = (query: Record<string, string>) => app.inject({ url: '/api/molecules', query })
const list = async (query: Record<string, string>): Promise<Molecule[]> => (await get(query)).json().molecules

const all = (await app.supabase.select('molecules', { limit: 1000 })) as unknown as Molecule[]

const ids = (molecules: Molecule[]) => molecules.map(({ id }) => id)

t.test('order sorts by several columns, each in its direction', async (t) => {
  const molecules = await list({ order: 'molecular_formula.asc,molecular_weight.desc', limit: '1000' })
  t.equal(molecules.length, all.length)
  const formulas = molecules.map(({ molecular_formula }) => molecular_formula)
  t.strictSame(formulas.filter(Boolean), formulas.filter(Boolean).toSorted())
  for (const [i, { molecular_formula, molecular_weight }] of molecules.entries()) {
    const next = molecules[i + 1]
    if (next && next.molecular_formula === molecular_formula) {
      t.ok(Number(next.molecular_weight) <= Number(molecular_weight), String(molecular_formula))
    }
  }
})

t.test('order puts molecules without the value last in both directions', async (t) => {
  for (const direction of ['asc', 'desc']) {
    const weights = (await list({ order: `molecular_weight.${direction}`, limit: '1000' })).map(
      ({ molecular_weight }) => molecular_weight
    )
    const known = weights.filter((weight) => weight !== null)
    t.ok(known.length < weights.length)
    t.strictSame(weights.slice(0, known.length), known)
    const ascending = known.toSorted((a, b) => a - b)
    t.strictSame(known, direction === 'asc' ? ascending : ascending.reverse())
  }
})

t.test('rows with equal values are ordered by id', async (t) => {
  for (const order of ['molecular_formula.desc', 'molecular_weight.asc', 'created_at.desc', 'id.desc']) {
    const seen: string[] = []
    for (let offset = 0; offset < all.length; offset += 9) {
      seen.push(...ids(await list({ order, limit: '9', offset: String(offset) })))
    }
    t.strictSame(seen.toSorted(), ids(all).sort(), order)
  }
  t.strictSame(ids(await list({ order: 'id.desc', limit: '1000' })), ids(all).sort().reverse())
})

t.test('the request to Supabase has a total order', async (t) => {
  const orders = [
    ['name.asc', 'name.asc,id.asc'],
    ['name.desc', 'name.desc,id.asc'],
    ['molecular_weight.desc,name.asc', 'molecular_weight.desc.nullslast,name.asc,id.asc'],
    ['cid.asc,id.desc', 'cid.asc,id.desc']
  ] as const
  for (const [order, expected] of orders) {
    await get({ order })
    const { searchParams } = new URL(gateway.requests.at(-1)?.url as string, gateway.url)
    t.equal(searchParams.get('order'), expected)
  }
})

t.test('select returns the requested columns in their order', async (t) => {
  const response = await get({ select: 'name,cid', limit: '3', order: 'cid.asc' })
  const expected = (await list({ limit: '3', order: 'cid.asc' })).map(({ name, cid }) => ({ name, cid }))
  t.equal(
    response.body,
    JSON.stringify({ status: 'success', count: 3, molecules: expected }).replaceAll('},{', '}, \n {')
  )
  const [{ id, name }] = all as [Molecule]
  t.strictSame((await app.inject(`/api/molecules/${id}?select=name`)).json(), { status: 'success', molecule: { name } })
})

t.test('an invalid order or select is refused with a message that says what is allowed', async (t) => {
  const columns =
    'each once: id, cid, name, molecular_formula, smiles, inchikey, molecular_weight, pubchem_link, source, created_at, updated_at'
  gateway.requests.length = 0
  const orders = [
    ...['', 'name', 'id', 'name.', '.asc', 'name.up', 'name.ASC', 'Name.asc', 'colour.asc', 'name.asc,', ',name.asc'],
    ...['name.asc,,id.asc', 'name.asc, id.asc', 'name.asc,name.desc', 'name.asc,name.asc', 'name.asc.nullsfirst'],
    ...[
      'name.asc&limit=1000',
      'smiles->x.asc',
      'name.asc\n',
      'molecular_properties(id).asc',
      '*.asc',
      'constructor.asc'
    ]
  ]
  for (const order of orders) {
    const response = await get({ order })
    t.equal(response.statusCode, 400, order)
    const message = `The query parameter "order" must be a comma-separated list of columns with .asc or .desc, ${columns}, property.*`
    t.equal(response.json().message, message)
  }
  const selects = [
    ...['', '*', 'id,', 'id,id', 'id, name', 'ID', 'colour', 'weight:molecular_weight', 'name::text', 'count()'],
    ...['id.count()', 'molecule_owners(owner)', '...mixtures(name)', 'smiles->>x', 'id&limit=1', 'toString', 'id%00']
  ]
  for (const select of selects) {
    for (const url of ['/api/molecules', `/api/molecules/${all[0]?.id}`]) {
      const response = await app.inject({ url, query: { select } })
      t.equal(response.statusCode, 400, select)
      const message = `The query parameter "select" must be a comma-separated list of columns, ${columns}`
      t.equal(response.json().message, message)
    }
  }
  for (const twice of ['order=id.asc&order=cid.asc', 'select=id&select=cid']) {
    t.match((await app.inject(`/api/molecules?${twice}`)).json(), {
      message: /^The query parameter "\w+" must be given once/
    })
  }
  t.equal(gateway.requests.length, 0)
})
