import { readFileSync } from 'node:fs'

const migration = new URL('../../supabase/migrations/20261124190000_cryoprotect.sql', import.meta.url)
const sql = readFileSync(migration, 'utf8')

/** For projects that have some of the tables already: the embedded Supabase starts empty and knows no blocks. */
const GUARD =
  /^(do \$\$ begin if .* then|end if; end \$\$;|alter table \w+ add column if not exists .*;|drop view .*;)$/gm
const VIEW = /^create view (\w+) with \(security_invoker = true\) (.*?;)$/gms

/** The tables, their policies and indexes in such SQL as the embedded Supabase's migrator translates. */
export const tables = sql
  .replace(GUARD, '')
  .replace(VIEW, '')
  .replace(/^grant .*;$/gm, '')

/** The views in SQLite's SQL: the migrator translates none of the functions that they call. */
export const views = [...sql.matchAll(VIEW)]
  .map(([, name, query]) => `create view ${name} ${query}`)
  .join('\n')
  .replaceAll('chr(', 'char(')
  .replaceAll('jsonb_object_agg(', 'json_group_object(')
