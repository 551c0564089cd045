import { readFile } from 'node:fs/promises'
import t from 'tap'
import { startPostgrest } from '../../support/upstream/postgrest.ts'

t.test('the indexes for large projects can be created repeatedly', async (t) => {
  const postgrest = await startPostgrest()
  t.teardown(() => postgrest.stop())
  const sql = await readFile(new URL('../../../src/embedded/indexes.sql', import.meta.url), 'utf8')
  await postgrest.sql(sql)
  await postgrest.sql(sql)
  const names = [...sql.matchAll(/create index if not exists (\w+)/g)].map(([, name]) => `'${name}'`)
  t.ok(names.length > 0)
  await postgrest.sql(`do $$ begin
    assert (select count(*) from pg_indexes where indexname in (${names})) = ${names.length}, 'all of them are there';
  end $$`)
  t.pass('all of them are there')
})

t.test('where pg_trgm is kept in a schema of its own, as Supabase does, names are indexed too', async (t) => {
  const postgrest = await startPostgrest()
  t.teardown(() => postgrest.stop())
  await postgrest.sql('create schema extensions')
  await postgrest.sql(await readFile(new URL('../../../src/embedded/indexes.sql', import.meta.url), 'utf8'))
  await postgrest.sql(`do $$ begin
    assert exists (select from pg_extension e join pg_namespace n on n.oid = extnamespace
      where extname = 'pg_trgm' and nspname = 'extensions'), 'the extension is in its schema';
    assert exists (select from pg_indexes where indexname = 'molecules_name_trigrams'), 'the index is there';
  end $$`)
  t.pass('the extension is in its schema, and the index is there')
})
