import t from 'tap'
import { startApp } from '../../support/service/app.ts'
import { startGateway } from '../../support/upstream/gateway.ts'

const gateway = await startGateway()
t.teardown(() => gateway.close())
const app = await startApp(t, gateway.environment)
const demo = await startApp(t, {})

const DMSO = '/api/molecules/7c68f6e5-1350-4a12-9af5-c37e1727ea05'

t.test('a molecule is drawn with its name as title', async (t) => {
  const { statusCode, headers, body } = await app.inject(`${DMSO}/structure.svg?size=100&theme=dark`)
  t.equal(statusCode, 200)
  t.match(headers, { 'content-type': 'image/svg+xml', etag: /^"/ })
  t.match(body, '<title>Dimethyl sulfoxide</title>')
  t.equal(
    (await app.inject({ url: `${DMSO}/structure.svg?size=100&theme=dark`, headers: { 'if-none-match': headers.etag } }))
      .statusCode,
    304
  )
})

t.test('a molecule is a molfile and an SD file with its columns as data fields', async (t) => {
  const molfile = await app.inject(`${DMSO}/structure.mol`)
  t.equal(molfile.headers['content-type'], 'chemical/x-mdl-molfile')
  t.match(molfile.body, /V2000[\s\S]*M {2}END/)
  const sdf = await app.inject(`${DMSO}/structure.sdf`)
  t.equal(sdf.headers['content-type'], 'chemical/x-mdl-sdfile')
  t.match(sdf.body, /M {2}END\n[\s\S]*> {2}<inchikey>\nIAZDPXIOMUYVGZ-UHFFFAOYSA-N\n\n[\s\S]*\$\$\$\$\n$/)
})

t.test('without a molecule or a structure there is 404', async (t) => {
  const { molecules } = (await app.inject('/api/molecules?q=polyethylene&limit=1')).json()
  t.equal(molecules[0].smiles, null)
  for (const id of ['aa12c9e8-3e58-4eb2-a88c-d69f447e04fe', molecules[0].id]) {
    for (const format of ['svg', 'mol', 'sdf']) {
      const response = await app.inject(`/api/molecules/${id}/structure.${format}`)
      t.equal(response.statusCode, 404, `${id} ${format}`)
    }
  }
})

for (const [upstream, service] of Object.entries({ PostgREST: app, 'the embedded Supabase': demo })) {
  const search = (query: Record<string, string>) => service.inject({ url: '/api/structure-search', query })

  t.test(`${upstream}: a substructure finds the molecules that have it`, async (t) => {
    let response = await search({ substructure: 'CS(C)=O' })
    // It is built when first asked.
    while (!response.json().complete) response = await search({ substructure: 'CS(C)=O' })
    t.match(response.json(), { status: 'success', count: 1, molecules: [{ name: 'Dimethyl sulfoxide', score: null }] })
    const some = (await search({ substructure: 'CO', limit: '5' })).json()
    t.equal(some.count, 5)
    t.ok(some.total > 20)
    t.strictSame((await search({ substructure: 'CBr' })).json().molecules, [])
  })

  t.test(`${upstream}: the most similar molecules come first`, async (t) => {
    const { molecules } = (await search({ similar: 'OCC(O)CO', min: '0.3' })).json()
    t.match(molecules[0], { name: 'Glycerol', score: 1 })
    const scores = molecules.map(({ score }: { score: number }) => score)
    t.ok(scores.length > 1)
    t.strictSame(
      scores,
      scores.toSorted((a: number, b: number) => b - a)
    )
  })
}

t.test('a search that cannot be made is rejected by name', async (t) => {
  const cases: [query: Record<string, string>, message: RegExp][] = [
    [{}, /"substructure" or "similar" is required/],
    [{ substructure: 'C', similar: 'C' }, /"substructure" or "similar" is required/],
    [{ substructure: 'C1CC' }, /"substructure" /],
    [{ similar: 'C(' }, /"similar" /],
    [{ similar: 'C', min: '2' }, /"min"/],
    [{ similar: 'C', limit: '101' }, /"limit"/]
  ]
  for (const [query, message] of cases) {
    const response = await app.inject({ url: '/api/structure-search', query })
    t.equal(response.statusCode, 400, JSON.stringify(query))
    t.match(response.json().message, message)
  }
})

t.test('molecules that row level security hides are left out', async (t) => {
  const hiding = await startApp(t, gateway.environment)
  hiding.structureIndex.findSimilar = async () => ({
    hits: [{ id: '00000000-0000-4000-8000-00000000ffff', score: 1 }],
    complete: true
  })
  t.match((await hiding.inject('/api/structure-search?similar=C')).json(), { count: 0, total: 1, molecules: [] })
})

t.test('an index that cannot be read is logged, and the search finds nothing yet', async (t) => {
  await gateway.suspend()
  const log = { lines: [] as string[] }
  const service = await startApp(t, gateway.environment, log)
  const response = await service.inject('/api/structure-search?substructure=C')
  t.match(response.json(), { count: 0, complete: false })
  t.match(log.lines.join(''), 'Structure index could not be read')
})
