import t from 'tap'
import { startApp, waitForSearch } from '../../support/service/app.ts'
import { startGateway } from '../../support/upstream/gateway.ts'
import { startPostgrest } from '../../support/upstream/postgrest.ts'

interface Named {
  name: string
}

/** The schema of the Python service. */
const SMALL_SCHEMA = `drop schema public cascade; create schema public;
  grant usage on schema public to anon, authenticated, service_role;
  create table molecules (
    id uuid primary key default gen_random_uuid(), cid integer, name text not null, molecular_formula text, smiles text,
    molecular_weight numeric, pubchem_link text, source text,
    created_at timestamptz not null default now(), updated_at timestamptz not null default now()
  );
  grant select on molecules to anon, authenticated, service_role;
  insert into molecules (name, cid, smiles) values
    ('Glycerol', 753, 'OCC(O)CO'), ('Glycine', 750, 'NCC(=O)O'), ('Water', 962, 'O');
  notify pgrst, 'reload schema'`

t.test('a project with molecules alone loses nothing, and is told what the rest needs', async (t) => {
  const postgrest = await startPostgrest()
  t.teardown(() => postgrest.stop())
  await postgrest.sql(SMALL_SCHEMA)
  const gateway = await startGateway(postgrest)
  t.teardown(() => gateway.close())
  const app = await startApp(t, gateway.environment)

  t.equal((await app.inject('/health/ready')).statusCode, 200)
  t.equal((await app.inject('/api/molecules')).json().count, 3)
  const found = await app.inject('/api/molecules?q=gly&order=cid.desc')
  t.match(found.json().molecules, [{ name: 'Glycerol' }, { name: 'Glycine' }], 'q looks for names')
  const page = await app.inject('/api/molecules?q=gly&limit=1&after=')
  const next = /<([^>]*)>; rel="next"/.exec(String(page.headers.link))?.[1] as string
  t.match((await app.inject(next)).json().molecules, [{ name: 'Glycine' }])

  await waitForSearch(app)
  const similar = await app.inject('/api/molecules?similar=OCC(O)CO&q=gly')
  t.match(similar.json(), { count: 1, molecules: [{ name: 'Glycerol', score: 1 }] }, 'q filters what a search finds')
  const alike = await app.inject('/api/molecules?substructure=O&q=gly&limit=1')
  const rest = /<([^>]*)>; rel="next"/.exec(String(alike.headers.link))?.[1] as string
  const names = [alike, await app.inject(rest)].flatMap((one) => one.json().molecules.map(({ name }: Named) => name))
  t.strictSame(names.toSorted(), ['Glycerol', 'Glycine'])
  const sdf = await app.inject({ url: '/api/molecules?q=glyce', headers: { accept: 'chemical/x-mdl-sdfile' } })
  t.match(sdf.body, /^Glycerol\n[\s\S]*> {2}<cid>\n753\n/)

  for (const path of [
    'mixtures',
    'experiments',
    'property-types',
    'suggest?q=gly',
    'molecules?property=LogP.lt.1',
    'molecules?inchikey=PEDCQBHIVMGVHV',
    'molecules?include=properties'
  ]) {
    const response = await app.inject(`/api/${path}`)
    t.equal(response.statusCode, 502, path)
    t.match(response.json(), { code: 'UPSTREAM_SCHEMA_MISSING', message: /run the SQL in supabase\/migrations/ }, path)
  }
})

t.test('a project without the views is told what filters need them', async (t) => {
  const postgrest = await startPostgrest()
  t.teardown(() => postgrest.stop())
  await postgrest.sql(`drop view experiment_search, mixture_search, molecule_search, molecule_names;
    notify pgrst, 'reload schema'`)
  const gateway = await startGateway(postgrest)
  t.teardown(() => gateway.close())
  const app = await startApp(t, gateway.environment)

  const found = await app.inject('/api/molecules?q=glycerol&formula=C3H8O3')
  t.match(found.json().molecules, [{ name: 'Glycerol' }], 'q looks for names, beside other filters')
  for (const path of [
    'molecules?property=LogP.lt.1',
    'molecules?order=property.LogP.asc',
    'mixtures?component=Glycerol'
  ]) {
    const response = await app.inject(`/api/${path}`)
    t.equal(response.statusCode, 502, path)
    t.match(response.json(), { code: 'UPSTREAM_SCHEMA_MISSING' }, path)
  }
})

t.test('the SD file of a molecule has the columns that the project has', async (t) => {
  const postgrest = await startPostgrest()
  t.teardown(() => postgrest.stop())
  await postgrest.sql(`${SMALL_SCHEMA.replace("notify pgrst, 'reload schema'", '')}
    update molecules set smiles = 'OCC(O)CO' where name = 'Glycerol'; notify pgrst, 'reload schema'`)
  const gateway = await startGateway(postgrest)
  t.teardown(() => gateway.close())
  const app = await startApp(t, gateway.environment)
  const [molecule] = (await app.inject('/api/molecules?name=glycerol&select=id')).json().molecules
  const { statusCode, body } = await app.inject(`/api/molecules/${molecule.id}/structure.sdf`)
  t.equal(statusCode, 200)
  t.match(body, '>  <cid>\n753\n')
  t.notMatch(body, 'inchikey')
})
