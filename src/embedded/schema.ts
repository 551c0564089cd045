import { readFileSync } from 'node:fs'

const migration = new URL('../../supabase/migrations/20261124190000_cryoprotect.sql', import.meta.url)
const sql = readFileSync(migration, 'utf8')

/** For projects that have some of the tables already: the embedded Supabase starts empty and knows no blocks. */
const GUARD =
  /^(do \$\$ begin if .* then|end if; end \$\$;|alter table \w+ add column if not exists .*;|drop view .*;)$/gm

/** The SQL before the first view, and from the name of each view on. */
const [beforeViews = '', ...fromViews] = sql.split(/^create view /m)

/** The tables, their policies and indexes in such SQL as the embedded Supabase's migrator translates. */
export const tables = [beforeViews, ...fromViews.map((text) => text.slice(text.indexOf(';') + 1))]
  .join('')
  .replace(GUARD, '')
  .replace(/^grant .*;$/gm, '')

/** The views in SQLite's SQL: the migrator translates none of the functions that they call. */
export const views = fromViews
  .map((text) => `create view ${text.slice(0, text.indexOf(';') + 1)}`)
  .join('\n')
  .replaceAll(' with (security_invoker = true)', '')
  .replaceAll('chr(', 'char(')
  .replaceAll('jsonb_object_agg(', 'json_group_object(')
