-- Indexes for a project with many molecules, beside the migration: for PostgreSQL, to be run once or again.
-- `name`, `cid` and `id` have theirs already.

create index if not exists molecules_created_at_id on molecules (created_at, id);
create index if not exists molecules_updated_at_id on molecules (updated_at, id);
-- For rows without a value come last in either direction.
create index if not exists molecules_weight_asc on molecules (molecular_weight, id);
create index if not exists molecules_weight_desc on molecules (molecular_weight desc nulls last, id);
create index if not exists molecules_molecular_formula on molecules (molecular_formula);

-- Parts of names (`q`, `name`): by trigrams, where the server has the extension. Supabase keeps extensions in a schema of
-- their own.
do $$
begin
  if not exists (select from pg_available_extensions where name = 'pg_trgm') then
    raise notice 'The extension pg_trgm is not available: searches for parts of a name are not indexed';
    return;
  end if;
  if exists (select from pg_namespace where nspname = 'extensions') then
    create extension if not exists pg_trgm with schema extensions;
  else
    create extension if not exists pg_trgm;
  end if;
  set local search_path = public, extensions;
  create index if not exists molecules_name_trigrams on molecules using gin (name gin_trgm_ops);
  create index if not exists molecule_synonyms_name_trigrams on molecule_synonyms using gin (name gin_trgm_ops);
end
$$;
