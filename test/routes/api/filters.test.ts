import t from 'tap'
import { startApp } from '../../support/service/app.ts'
import { startGateway } from '../../support/upstream/gateway.ts'

interface Molecule {
  id: string
  cid: number | null
  name: string
  molecular_formula: string | null
}

const gateway = await startGateway()
t.teardown(() => gateway.close())
const app = await startApp(t, gateway.environment)

async function list(query: Record<string, string>): Promise<Molecule[]> {
  const response = await app.inject({ url: '/api/molecules', query: { limit: '1000', ...query } })
  t.equal(response.statusCode, 200, JSON.stringify(query))
  return response.json().molecules
}

/** All of them, asked for in a way that knows no patterns. */
const all = (await app.supabase.select('molecules', { limit: 1000, order: 'name.asc,id.asc' })) as unknown as Molecule[]

const synonyms = await app.supabase.select<{ molecule_id: string; name: string }>('molecule_synonyms', { limit: 1000 })

/** Those that `q` should find: by any of their names. */
const having = (text: string) =>
  all.filter(({ id, name }) => {
    const own = synonyms.filter(({ molecule_id }) => molecule_id === id).map((synonym) => synonym.name)
    return [name, ...own].some((one) => one.toLowerCase().includes(text.toLowerCase()))
  })

t.test('q matches anywhere in the name, case-insensitively', async (t) => {
  for (const q of ['GLYC', 'ol', 'e', '-', 'Überstoff', 'BERSTOFF 冷', '凍', ' ', 'xyzzy']) {
    t.strictSame(await list({ q }), having(q), q)
  }
  t.ok(having('glyc').length > having('glycerol').length)
  t.equal((await list({ q: '' })).length, all.length, 'an empty one is none')
})

t.test('every character of q is matched literally', async (t) => {
  const whole = 'Zz 50%_\\ (r*)-"quoted", \'single\' & more?'
  for (let start = 0; start < whole.length; start++) {
    for (const q of [whole.slice(start), whole.slice(start, start + 3), whole.charAt(start)]) {
      t.strictSame(await list({ q }), having(q), q)
    }
  }
  const texts = [
    ...[
      '%',
      '_',
      '*',
      '\\',
      ',',
      '.',
      '(',
      ')',
      '"',
      "'",
      ':',
      '&',
      '=',
      '#',
      '+',
      '?',
      '^',
      '$',
      '|',
      '{',
      '}',
      '[',
      ']'
    ],
    ...[
      '%%',
      '__',
      '**',
      '***',
      '\\*',
      '\\%',
      '\\\\',
      '.*',
      '*(?i)',
      '***:x',
      '(?i)',
      '5_%',
      'Zz%',
      'Zz*',
      '%20',
      '+x'
    ],
    ...["'; drop table molecules; --", 'ilike.*', 'not.eq.x', '&limit=1', '&select=id', 'or=(id.gt.0)', 'a&b*c=d'],
    ...['\u0001', '\n', '\r\n', '\u{1F9CA}', '\u{E000}', 'e\u0301', 'x'.repeat(300), '*'.repeat(300)]
  ]
  for (const q of texts) t.strictSame(await list({ q }), having(q), JSON.stringify(q))
})

t.test('formula matches the whole formula', async (t) => {
  const formulas = new Set(all.map(({ molecular_formula }) => molecular_formula).filter((formula) => formula !== null))
  for (const formula of [...formulas].slice(0, 20)) {
    t.strictSame(
      await list({ formula }),
      all.filter((molecule) => molecule.molecular_formula === formula),
      formula
    )
  }
  t.equal((await list({ formula: '' })).length, all.length, 'an empty one is none')
  const none = [
    'c3h8o3',
    'C3H8',
    'C3H8O3 ',
    'C3H8O_',
    'C%',
    '*',
    'null',
    'is.null',
    'C3H8O3,C2H6OS',
    '(C3H8O3)',
    '"C3H8O3"'
  ]
  for (const formula of none) t.strictSame(await list({ formula }), [], formula)
})

t.test('cid matches a whole number exactly', async (t) => {
  t.match(await list({ cid: '753' }), [{ cid: 753, name: 'Glycerol' }])
  t.strictSame(await list({ cid: '2147483647' }), [])
  for (const cid of ['', '0', '-753', '753.0', '7e2', ' 753', '+753', '2147483648', 'eq.753', '753,1', 'abc', 'null']) {
    const response = await app.inject({ url: '/api/molecules', query: { cid } })
    t.equal(response.statusCode, 400, cid)
    t.match(response.json(), { message: /"cid"/ })
  }
})

t.test('several filters must all match', async (t) => {
  const names = async (query: Record<string, string>) => (await list(query)).map(({ name }) => name)
  t.strictSame(await names({ name: 'gly', q: 'cer' }), ['Glycerol'])
  t.strictSame(await names({ name: 'glycerol', q: 'glycine' }), [])
  t.strictSame(await names({ name: 'Zz', q: '*' }), ['Zz 50%_\\ (r*)-"quoted", \'single\' & more?'])
  t.strictSame(await names({ q: 'glycerol', formula: 'C3H8O3', cid: '753', name: 'G' }), ['Glycerol'])
  t.strictSame(await names({ q: 'glycerol', formula: 'C3H8O3', cid: '754' }), [])
  const formula = 'C3H8O3'
  t.strictSame(
    await list({ formula, q: 'e' }),
    having('e').filter((molecule) => molecule.molecular_formula === formula)
  )
})

t.test('names that few rows have are looked up, and others searched in the view', async (t) => {
  const paths = async (q: string) => {
    const before = gateway.requests.length
    await list({ q })
    return gateway.requests.slice(before).map(({ url }) => url.replace(/\?.*/, ''))
  }
  t.strictSame(await paths('glycerin'), ['/rest/v1/molecule_names', '/rest/v1/molecules'])
  t.strictSame(await paths('e'), ['/rest/v1/molecule_names', '/rest/v1/molecule_search'])
})

t.test("a filter's value changes nothing in the request to Supabase but itself", async (t) => {
  const evil = 'a&select=id&limit=1000#x/../y?z=(1),"2"'
  await list({ name: evil, q: evil, formula: evil, limit: '3', offset: '2' })
  const [lookup, rows] = gateway.requests.slice(-2).map(({ url }) => {
    const { pathname, searchParams } = new URL(url, gateway.url)
    return [pathname, ...searchParams]
  })
  t.strictSame(lookup, [
    '/rest/v1/molecule_names',
    ['name', `ilike.%${evil}%`],
    ['select', 'molecule_id'],
    ['limit', '101']
  ])
  t.strictSame(rows, [
    '/rest/v1/molecules',
    ['name', `ilike.${evil}%`],
    ['molecular_formula', `eq.${evil}`],
    ['id', 'is.null'],
    ['order', 'name.asc,id.asc'],
    ['limit', '3'],
    ['offset', '2']
  ])
  for (const query of [
    'q=%00',
    'formula=%00',
    `q=${'x'.repeat(301)}`,
    'q=a&q=b',
    'q[]=a',
    'cid=1&cid=2',
    'or=(id.gt.0)'
  ]) {
    t.equal((await app.inject(`/api/molecules?${query}`)).statusCode, 400, query)
  }
})
