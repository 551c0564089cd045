import t from 'tap'
import { startApp } from '../../support/service/app.ts'
import { startGateway } from '../../support/upstream/gateway.ts'

const gateway = await startGateway()
t.teardown(() => gateway.close())
const app = await startApp(t, gateway.environment)

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

t.test('a SMILES that cannot be drawn is 404 with the reason, and a molfile without atoms', async (t) => {
  const app = await startApp(t, {})
  const response = await app.supabase.request('POST', 'molecules', {
    body: { name: 'Not a structure', smiles: 'C1CC' },
    headers: { prefer: 'return=representation' },
    role: 'service'
  })
  const [{ id }] = response.json<[{ id: string }]>()
  const drawing = await app.inject(`/api/molecules/${id}/structure.svg`)
  t.equal(drawing.statusCode, 404)
  t.match(drawing.json().message, /^Not found: the SMILES of this molecule must be a valid structure \(/)
  const molfile = await app.inject(`/api/molecules/${id}/structure.mol`)
  t.equal(molfile.statusCode, 200)
  t.match(molfile.body, /^Not a structure\n.*\n.*\n {2}0 {2}0 .*V2000\nM {2}END\n$/)
})
