// Over PostgREST and over the embedded Supabase.
import t from 'tap'
import { startApp } from '../../support/service/app.ts'
import { startGateway } from '../../support/upstream/gateway.ts'
import { startUpstream } from '../../support/upstream/upstream.ts'

const gateway = await startGateway()
t.teardown(() => gateway.close())
const upstreams = { PostgREST: await startApp(t, gateway.environment), 'the embedded Supabase': await startApp(t, {}) }

/** What people call them, and what they are called here. */
const COMMON_NAMES = {
  DMSO: 'Dimethyl sulfoxide',
  EG: 'Ethylene glycol',
  PROH: 'Propylene glycol',
  glycerin: 'Glycerol',
  HES: 'Hydroxyethyl starch',
  PEG: 'Polyethylene glycol 400',
  PVP: 'Polyvinylpyrrolidone K12',
  DMF: 'N,N-Dimethylformamide'
}

for (const [upstream, app] of Object.entries(upstreams)) {
  t.test(`${upstream}: q finds molecules by the names that people use`, async (t) => {
    for (const [q, name] of Object.entries(COMMON_NAMES)) {
      const { molecules } = (await app.inject({ url: '/api/molecules', query: { q, limit: '1000' } })).json()
      t.ok(
        molecules.some((molecule: { name: string }) => molecule.name === name),
        `${q} is ${name}`
      )
    }
  })

  t.test(`${upstream}: inchikey is the whole key or its first block, in either case`, async (t) => {
    for (const inchikey of ['IAZDPXIOMUYVGZ-UHFFFAOYSA-N', 'IAZDPXIOMUYVGZ', 'iazdpxiomuyvgz']) {
      const { molecules } = (await app.inject({ url: '/api/molecules', query: { inchikey } })).json()
      t.match(molecules, [{ name: 'Dimethyl sulfoxide' }], inchikey)
    }
    t.equal((await app.inject('/api/molecules?inchikey=IAZDPXIOMUYVGZ-UHFFFAOYSA-M')).json().count, 0)
    for (const inchikey of ['', 'IAZDPXIOMUYVG', 'IAZDPXIOMUYVGZ-', 'IAZDPXIOMUYVG%', 'IAZDPXIOMUYVG*']) {
      const response = await app.inject({ url: '/api/molecules', query: { inchikey } })
      t.equal(response.statusCode, 400, inchikey)
      t.equal(
        response.json().message,
        'The query parameter "inchikey" must be an InChIKey or its first block of 14 letters'
      )
    }
  })

  t.test(`${upstream}: suggestions are exact before prefix before contained, one per molecule`, async (t) => {
    const suggest = async (query: Record<string, string>) => (await app.inject({ url: '/api/suggest', query })).json()
    t.match(await suggest({ q: 'dmso' }), {
      status: 'success',
      suggestions: [{ molecule_name: 'Dimethyl sulfoxide', name: 'DMSO', kind: 'abbreviation' }]
    })
    const { suggestions, count } = await suggest({ q: 'gly', limit: '50' })
    t.equal(count, suggestions.length)
    const ids = suggestions.map(({ molecule_id }: { molecule_id: string }) => molecule_id)
    t.equal(new Set(ids).size, ids.length)
    const ranks = suggestions.map(({ name }: { name: string }) => (/^gly/i.test(name) ? 1 : 2))
    t.ok(ranks.includes(1) && ranks.includes(2))
    t.strictSame(ranks, ranks.toSorted())
    t.equal((await suggest({ q: 'gly', limit: '2' })).count, 2)
    t.strictSame(await suggest({ q: 'xyz%' }), { status: 'success', count: 0, suggestions: [] })
    for (const query of ['', 'q=', `q=${'x'.repeat(101)}`, 'q=%00', 'q=a&limit=0', 'q=a&limit=51', 'q=a&x=1']) {
      t.equal((await app.inject(`/api/suggest?${query}`)).statusCode, 400, query)
    }
  })
}

t.test('suggestions cost one request to Supabase', async (t) => {
  gateway.requests.length = 0
  await upstreams.PostgREST.inject('/api/suggest?q=gly')
  t.equal(gateway.requests.length, 1)
})

t.test('a search by name fails as Supabase does', async (t) => {
  const upstream = await startUpstream((_request, response) => response.writeHead(503).end())
  const app = await startApp(t, { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key' })
  t.teardown(() => upstream.close())
  t.match((await app.inject('/api/molecules?q=dmso')).json(), { code: 'UPSTREAM_UNAVAILABLE' })
})
