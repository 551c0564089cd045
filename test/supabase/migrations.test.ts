import { readFile } from 'node:fs/promises'
import t from 'tap'
import { startPostgrest } from '../support/upstream/postgrest.ts'

const migration = new URL('../../supabase/migrations/20261124190000_cryoprotect.sql', import.meta.url)
const sql = await readFile(migration, 'utf8')

t.test('the migration can be run again, and changes no policy', async (t) => {
  const postgrest = await startPostgrest()
  t.teardown(() => postgrest.stop())
  await postgrest.sql(sql)
  await postgrest.sql(sql)
  await postgrest.sql(`do $$ begin
    assert (select array_agg(policyname::text) from pg_policies where tablename = 'molecules') =
      array['everybody reads what has no owner'], 'the policy that replaced ours is still the only one';
    assert (select count(*) from molecule_synonyms) > 0, 'the rows are there';
  end $$`)
  const response = await fetch(`${postgrest.url}/molecule_names?select=name&molecule_name=like.Zz*`)
  const names = ((await response.json()) as { name: string }[]).map(({ name }) => name)
  t.ok(names.length > 0)
  t.notOk(names.includes('Zz private'), 'a view shows nobody a row that row level security hides')
})

t.test('a project that has only molecules gets what it lacks and keeps what it has', async (t) => {
  const postgrest = await startPostgrest()
  t.teardown(() => postgrest.stop())
  await postgrest.sql(`drop schema public cascade; create schema public;
    grant usage on schema public to anon, authenticated, service_role;
    create table molecules (
      id uuid primary key default gen_random_uuid(), cid integer, name text not null, smiles text, molecular_weight numeric
    );
    grant select on molecules to anon;
    insert into molecules (name) values ('Own')`)
  await postgrest.sql(sql)
  await postgrest.sql(`do $$ begin
    assert not (select relrowsecurity from pg_class where oid = 'molecules'::regclass), 'nobody loses rows of their own table';
    assert (select relrowsecurity from pg_class where oid = 'molecule_synonyms'::regclass), 'a new table is secured';
    insert into molecule_synonyms (molecule_id, name, kind) select id, 'Mine', 'synonym' from molecules;
    set local role anon;
    assert (select names from molecule_search where inchikey is null) = chr(10) || 'Own' || chr(10) || 'Mine' || chr(10);
  end $$`)
  t.pass('all of it is there')
})
