import { registerHooks } from 'node:module'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { startApp, waitForSearch } from '../../support/service/app.ts'
import { startGateway } from '../../support/upstream/gateway.ts'
import { startPostgrest } from '../../support/upstream/postgrest.ts'
import { sendRows, startUpstream } from '../../support/upstream/upstream.ts'

interface Molecule {
  id: string
  name: string
  score: number
}

const gateway = await startGateway()
t.teardown(() => gateway.close())
const project = await startApp(t, gateway.environment)
const demo = await startApp(t, {})
await waitForSearch(project)
await waitForSearch(demo)

const get = (app: FastifyInstance, query: Record<string, string>, headers: Record<string, string> = {}) =>
  app.inject({ url: '/api/molecules', query, headers })

const findMolecules = async (app: FastifyInstance, query: Record<string, string>): Promise<Molecule[]> => {
  const response = await get(app, query)
  if (response.statusCode !== 200) throw new Error(response.body)
  return response.json().molecules
}

const namesOf = (molecules: readonly Molecule[]) => molecules.map(({ name }) => name)

/** The target of the link to the next page. */
const nextOf = (headers: Record<string, unknown>) => /<([^>]*)>; rel="next"/.exec(String(headers.link))?.[1]

const select = 'id,name,molecular_weight'

for (const [upstream, app] of Object.entries({ PostgREST: project, 'the embedded Supabase': demo })) {
  t.test(`${upstream}: a substructure finds the molecules that have it`, async (t) => {
    const response = await get(app, { substructure: 'CS(C)=O', select: 'name,smiles' })
    t.strictSame(response.json(), {
      status: 'success',
      count: 1,
      molecules: [{ name: 'Dimethyl sulfoxide', smiles: 'CS(C)=O', score: 1 }]
    })
    t.equal(response.headers['x-search-complete'], 'true')
    t.strictSame(await findMolecules(app, { substructure: 'CBr' }), [])
    const glycols = namesOf(await findMolecules(app, { substructure: 'OCCO', limit: '1000' }))
    t.ok(glycols.includes('Ethylene glycol') && glycols.includes('Glycerol') && !glycols.includes('Methanol'))
    const acids = namesOf(await findMolecules(app, { substructure: '[CX3](=O)[OH]', limit: '1000' }))
    t.ok(acids.includes('Glycine') && !acids.includes('Glycerol'), 'by SMARTS too')
  })

  t.test(`${upstream}: the most similar molecules come first, with their scores`, async (t) => {
    const molecules = await findMolecules(app, { similar: 'OCC(O)CO', min: '0.3', limit: '1000' })
    t.match(molecules[0], { name: 'Glycerol', score: 1 })
    t.ok(molecules.length > 10)
    t.strictSame(
      molecules,
      molecules.toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    )
    t.ok(molecules.every(({ score }) => score >= 0.3 && score === Number(score.toFixed(4))))
    const usual = await findMolecules(app, { similar: 'OCC(O)CO', limit: '1000' })
    t.strictSame(
      usual,
      molecules.filter(({ score }) => score >= 0.7)
    )
  })

  t.test(`${upstream}: filters, columns and rows of other tables can be asked for beside a search`, async (t) => {
    const all = await findMolecules(app, { substructure: 'CO', limit: '1000', select })
    const filters: Record<string, Record<string, string>> = {
      'molecular_weight=lt.90': { molecular_weight: 'lt.90' },
      'name=g': { name: 'g' },
      'q=glyc': { q: 'glyc' },
      'property=LogP.lt.-1': { property: 'LogP.lt.-1' }
    }
    for (const [name, filter] of Object.entries(filters)) {
      const matching = await findMolecules(app, { ...filter, limit: '1000', select: 'id' })
      const ids = new Set(matching.map(({ id }) => id))
      const expected = all.filter(({ id }) => ids.has(id))
      t.ok(expected.length > 0 && expected.length < all.length, name)
      t.strictSame(await findMolecules(app, { substructure: 'CO', limit: '1000', select, ...filter }), expected, name)
    }
    const [named] = await findMolecules(app, { similar: 'CO', select: 'name', include: 'mixtures' })
    t.strictSame(Object.keys(named as Molecule), ['name', 'mixtures', 'score'])
  })

  t.test(`${upstream}: following the links passes every hit once and in order`, async (t) => {
    const query = { substructure: 'CO', select: 'name', molecular_weight: 'gte.40' }
    const all = await findMolecules(app, { ...query, limit: '1000' })
    const walked: Molecule[] = []
    let target: string | undefined = `/api/molecules?${new URLSearchParams({ ...query, limit: '7' })}`
    let pages = 0
    while (target) {
      const response: Awaited<ReturnType<typeof app.inject>> = await app.inject(target)
      t.equal(response.statusCode, 200)
      t.match(response.headers.link, /^<\/api\/molecules\?substructure=CO&[^>]*after=>; rel="first"/)
      const { molecules } = response.json()
      walked.push(...molecules)
      target = nextOf(response.headers)
      t.equal(target !== undefined, molecules.length > 0, 'every page with rows has a next one')
      pages++
    }
    t.ok(pages > 5)
    t.strictSame(walked, all)
  })

  t.test(`${upstream}: a search has rows and scores in every format`, async (t) => {
    const query = { similar: 'OCC(O)CO', min: '0.7', select: 'name,cid' }
    const molecules = await findMolecules(app, query)
    const csv = await get(app, query, { accept: 'text/csv' })
    t.match(csv.body, /^name,cid,score\r\nGlycerol,753,1\r\n/)
    const lines = await get(app, query, { accept: 'application/x-ndjson' })
    t.equal(lines.body, molecules.map((row) => `${JSON.stringify(row)}\n`).join(''))
    const sdf = await get(app, query, { accept: 'chemical/x-mdl-sdfile' })
    t.equal(sdf.headers['content-type'], 'chemical/x-mdl-sdfile')
    t.match(
      sdf.body,
      /^Glycerol\n[\s\S]*M {2}END\n> {2}<name>\nGlycerol\n\n> {2}<cid>\n753\n\n> {2}<score>\n1\n\n\$\$\$\$\n/
    )
    t.equal(sdf.body.split('$$$$\n').length, molecules.length + 1)
    for (const { headers } of [csv, lines, sdf]) {
      t.equal(headers['x-search-complete'], 'true')
      t.match(headers.link, /rel="next"/)
    }
    const none = { ...query, name: 'xyzzy' }
    t.equal((await get(app, none, { accept: 'text/csv' })).body, 'name,cid,score\r\n')
    t.equal((await get(app, none, { accept: 'chemical/x-mdl-sdfile' })).body, '')
  })

  t.test(`${upstream}: a list is an SD file with the structures and the columns`, async (t) => {
    const query = { q: 'glycol', select: 'cid', limit: '1000' }
    const molecules: { cid: number | null }[] = (await get(app, query)).json().molecules
    const { body, headers } = await get(app, query, { accept: 'chemical/x-mdl-sdfile' })
    const records = body.split('$$$$\n').slice(0, -1)
    t.strictSame(
      records.map((record) => /<cid>\n(\d+)/.exec(record)?.[1] ?? null),
      molecules.map(({ cid }) => cid && String(cid))
    )
    t.ok(records.every((record) => !record.includes('<smiles>')))
    t.ok(records.some((record) => record.startsWith('Polyethylene glycol')))
    t.match(headers.link, /rel="first"/)
  })
}

t.test('a search is the same over PostgREST as over the embedded Supabase', async (t) => {
  const columns = 'id,name,smiles'
  for (const query of [{ substructure: 'OCCO' }, { similar: 'OCC(O)CO', min: '0.2' }]) {
    t.strictSame(
      await findMolecules(project, { ...query, select: columns, limit: '1000' }),
      await findMolecules(demo, { ...query, select: columns, limit: '1000' })
    )
  }
})

t.test('a search that cannot be made is rejected by the name of its parameter', async (t) => {
  const cursor = (...content: unknown[]) => Buffer.from(JSON.stringify(content)).toString('base64url')
  const id = 'aa12c9e8-3e58-4eb2-a88c-d69f447e04fd'
  const order = 'score.desc,id.asc'
  const cases: [query: Record<string, string>, message: string | RegExp][] = [
    [{ substructure: 'C', similar: 'C' }, '"similar" cannot be combined with "substructure"'],
    [{ substructure: 'C', order: 'name.asc' }, '"order" cannot be combined with "substructure"'],
    [{ similar: 'C', offset: '1' }, '"offset" cannot be combined with "similar"'],
    [{ similar: 'C', count: 'exact' }, '"count" cannot be combined with "similar"'],
    [{ min: '0.5' }, '"min" can only be combined with "similar"'],
    [{ substructure: 'C', min: '0.5' }, '"min" can only be combined with "similar"'],
    [{ similar: 'C', min: '0.05' }, '"min" must be >= 0.1'],
    [{ similar: 'C', min: '1.5' }, '"min" must be <= 1'],
    [{ similar: 'C', min: '5e-1' }, '"min" must be a number'],
    [{ substructure: '' }, /"substructure" must not be empty/],
    [{ substructure: 'C'.repeat(1001) }, /"substructure" must have at most 1000 characters/],
    [{ similar: 'C'.repeat(251) }, '"similar" must have at most 250 atoms, not 251'],
    [{ substructure: 'C1CC' }, /"substructure" must be a valid structure \(/],
    [
      { substructure: 'C C' },
      /"substructure" must be a structure in the characters of SMILES or SMARTS, without spaces/
    ],
    [{ substructure: '[SX4]' }, '"substructure" uses SMARTS that is not supported: X'],
    [{ substructure: 'C.C.C' }, '"substructure" must be connected, without a "."'],
    [{ similar: 'C(' }, '"similar" has a parenthesis without its counterpart'],
    ...[
      'x',
      cursor(order, '0.5'),
      cursor(order, 0.5, id),
      cursor(order, '2', id),
      cursor(order, '0.12345', id),
      cursor(order, '0.5', 'x'),
      cursor('name.asc,id.asc', 'x', id)
    ].map((after): [Record<string, string>, RegExp] => [
      { similar: 'C', after },
      /"after" must be the cursor of a link to the next page/
    ])
  ]
  gateway.requests.length = 0
  for (const [query, message] of cases) {
    const response = await get(project, query)
    t.equal(response.statusCode, 400, JSON.stringify(query))
    const text = response.json().message.replace('The query parameter ', '')
    if (typeof message === 'string') t.equal(text, message)
    else t.match(text, message)
  }
  t.strictSame(gateway.requests, [], 'Supabase is asked for nothing')
  const other = await get(project, { after: cursor(order, '0.5', id) })
  t.match(other.json(), { message: /"after" must be the cursor/ }, 'its cursor is none of another list')
  t.equal((await project.inject('/api/mixtures?substructure=C')).statusCode, 400, 'other lists have no structures')
})

t.test('rows are asked for with few ids, in requests short enough for any server', async (t) => {
  gateway.requests.length = 0
  await findMolecules(project, { substructure: 'CO', limit: '3' })
  t.equal(gateway.requests.length, 1)
  t.equal(gateway.requests[0]?.url.match(/%2C/g)?.length, 2, 'three ids')
  gateway.requests.length = 0
  const long = { name: '冷'.repeat(300), q: '冷'.repeat(300), formula: '冷'.repeat(300), inchikey: 'A'.repeat(14) }
  t.strictSame(await findMolecules(project, { substructure: 'C', limit: '1000', ...long }), [])
  t.ok(gateway.requests.length > 0)
  for (const { url } of gateway.requests) t.ok(url.length < 14_500, `${url.length} characters`)
})

t.test('a search finds what everybody may see, and of that only what the caller may see', async (t) => {
  const postgrest = await startPostgrest()
  t.teardown(() => postgrest.stop())
  const own = await startGateway(postgrest)
  t.teardown(() => own.close())
  const [user, stranger] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222']
  const [open, hidden, later] = [1, 2, 3].map((n) => `00000000-0000-4000-8000-0000000000a${n}`)
  await postgrest.sql(`
    insert into molecules (id, name, smiles) values
      ('${open}', 'Open', 'C[Se]C'), ('${hidden}', 'Hidden', 'C[Se]C'), ('${later}', 'Hidden later', 'C[Se]C');
    insert into molecule_owners values ('${hidden}', '${user}')`)
  const app = await startApp(t, own.environment)
  await waitForSearch(app)
  const find = async (sub?: string) => {
    const headers: Record<string, string> = sub ? { authorization: `Bearer ${own.userToken(sub)}` } : {}
    return namesOf((await get(app, { substructure: '[Se]' }, headers)).json().molecules)
  }
  for (const sub of [undefined, user, stranger]) t.strictSame(await find(sub), ['Open', 'Hidden later'])
  await postgrest.sql(`insert into molecule_owners values ('${later}', '${user}')`)
  t.strictSame(await find(), ['Open'])
  t.strictSame(await find(stranger), ['Open'])
  t.strictSame(await find(user), ['Open', 'Hidden later'], 'it was found before, and its owner may see it')
})

t.test('a project that cannot be read is an error and not an empty result', async (t) => {
  const log = { lines: [] as string[] }
  const upstream = await startUpstream((_request, response) => void response.writeHead(500).end())
  t.teardown(() => upstream.close())
  const app = await startApp(t, { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key' }, log)
  t.match((await get(app, { substructure: 'C' })).json(), { code: 'UPSTREAM_ERROR' })
  t.match(log.lines.join(''), 'Structures could not be read')
})

t.test('a project that gives the same rows for ever is not read for ever', async (t) => {
  const row = { id: '00000000-0000-4000-8000-000000000001', smiles: 'C', updated_at: '2026-01-01' }
  const upstream = await startUpstream((_request, response) => sendRows(response, [row]))
  t.teardown(() => upstream.close())
  const app = await startApp(t, { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key' })
  const response = await get(app, { substructure: 'C', limit: '1', select: 'smiles' })
  t.equal(response.statusCode, 502, 'the rows have no total')
  t.equal(upstream.requests.filter(({ url }) => url.includes('order=updated_at')).length, 2)
})

t.test('without the packages of chemistry a search is 501, and nothing is read for it', async (t) => {
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      if (specifier !== 'openchemlib') return next(specifier, context)
      throw Object.assign(new Error(), { code: 'ERR_MODULE_NOT_FOUND' })
    }
  })
  const app = await startApp(t, gateway.environment)
  gateway.requests.length = 0
  const responses = [
    await get(app, { substructure: 'C' }),
    await get(app, { similar: 'C' }),
    await get(app, { limit: '1' }, { accept: 'chemical/x-mdl-sdfile' })
  ]
  hooks.deregister()
  for (const response of responses) {
    t.equal(response.statusCode, 501)
    t.match(response.json(), { code: 'CHEMISTRY_NOT_INSTALLED' })
    t.notOk('link' in response.headers, 'an error has no links')
  }
  t.strictSame(
    gateway.requests.filter(({ url }) => url.includes('order=updated_at')),
    []
  )
})
