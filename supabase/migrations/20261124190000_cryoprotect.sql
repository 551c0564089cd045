-- CryoProtect's schema: for an empty project and for one that has some of its tables. It adds what is missing, can be run
-- again, and leaves tables and policies that are there as they are. In new tables everybody may read; nobody but the
-- service role may write.
--
-- The embedded Supabase is made from this file too: src/embedded/schema.ts says what it needs otherwise.

do $$ begin if to_regclass('molecules') is null then
create table molecules (
  id uuid primary key default gen_random_uuid(),
  cid integer unique, -- PubChem compound identifier; null for a polymer, which is no single compound
  name text not null unique,
  molecular_formula text,
  smiles text, -- isomeric SMILES; null for a polymer
  inchikey text, -- the standard InChIKey of the SMILES
  molecular_weight numeric, -- g/mol
  pubchem_link text,
  source text, -- where its use as a cryoprotectant is described
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
alter table molecules enable row level security;
create policy "everybody reads" on molecules for select to anon, authenticated using (true);
grant select on molecules to anon, authenticated;
grant all on molecules to service_role;
end if; end $$;

alter table molecules add column if not exists inchikey text;

do $$ begin if to_regclass('molecule_synonyms') is null then
create table molecule_synonyms (
  id uuid primary key default gen_random_uuid(),
  molecule_id uuid not null references molecules (id) on delete cascade,
  name text not null,
  kind text not null check (kind in ('synonym', 'abbreviation')),
  source text, -- where the name is used
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (molecule_id, name)
);
alter table molecule_synonyms enable row level security;
create policy "everybody reads" on molecule_synonyms for select to anon, authenticated using (true);
grant select on molecule_synonyms to anon, authenticated;
grant all on molecule_synonyms to service_role;
end if; end $$;

do $$ begin if to_regclass('property_types') is null then
create table property_types (
  id uuid primary key default gen_random_uuid(),
  name text not null unique,
  data_type text not null check (data_type in ('numeric', 'text', 'boolean')),
  units text,
  description text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
alter table property_types enable row level security;
create policy "everybody reads" on property_types for select to anon, authenticated using (true);
grant select on property_types to anon, authenticated;
grant all on property_types to service_role;
end if; end $$;

do $$ begin if to_regclass('molecular_properties') is null then
create table molecular_properties (
  id uuid primary key default gen_random_uuid(),
  molecule_id uuid not null references molecules (id) on delete cascade,
  property_type_id uuid not null references property_types (id),
  numeric_value numeric,
  text_value text,
  boolean_value boolean,
  source text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (molecule_id, property_type_id)
);
alter table molecular_properties enable row level security;
create policy "everybody reads" on molecular_properties for select to anon, authenticated using (true);
grant select on molecular_properties to anon, authenticated;
grant all on molecular_properties to service_role;
end if; end $$;

do $$ begin if to_regclass('mixtures') is null then
create table mixtures (
  id uuid primary key default gen_random_uuid(),
  name text not null unique,
  description text,
  source text, -- the publication of its composition
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
alter table mixtures enable row level security;
create policy "everybody reads" on mixtures for select to anon, authenticated using (true);
grant select on mixtures to anon, authenticated;
grant all on mixtures to service_role;
end if; end $$;

do $$ begin if to_regclass('mixture_components') is null then
create table mixture_components (
  id uuid primary key default gen_random_uuid(),
  mixture_id uuid not null references mixtures (id) on delete cascade,
  molecule_id uuid not null references molecules (id),
  concentration numeric not null,
  concentration_unit text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (mixture_id, molecule_id)
);
alter table mixture_components enable row level security;
create policy "everybody reads" on mixture_components for select to anon, authenticated using (true);
grant select on mixture_components to anon, authenticated;
grant all on mixture_components to service_role;
end if; end $$;

do $$ begin if to_regclass('experiments') is null then
create table experiments (
  id uuid primary key default gen_random_uuid(),
  mixture_id uuid not null references mixtures (id) on delete cascade,
  property_type_id uuid not null references property_types (id),
  numeric_value numeric,
  text_value text,
  boolean_value boolean,
  experimental_conditions text,
  date_performed date,
  source text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
alter table experiments enable row level security;
create policy "everybody reads" on experiments for select to anon, authenticated using (true);
grant select on experiments to anon, authenticated;
grant all on experiments to service_role;
end if; end $$;

create index if not exists molecules_inchikey on molecules (inchikey text_pattern_ops);
create index if not exists molecular_properties_property_type_id on molecular_properties (property_type_id);
create index if not exists mixture_components_molecule_id on mixture_components (molecule_id);
create index if not exists experiments_mixture_id on experiments (mixture_id);

-- What lists are searched by. A view reads as the caller: row level security holds for its rows too.
drop view if exists experiment_search, mixture_search, molecule_search, molecule_names;

-- Every name of every molecule.
create view molecule_names with (security_invoker = true) as
select id as molecule_id, name as molecule_name, name, 'name' as kind, length(name) as name_length
from molecules
union all
select m.id, m.name, s.name, s.kind, length(s.name)
from molecules m join molecule_synonyms s on s.molecule_id = m.id;

-- Molecules with all their names, each between line feeds, and their numeric properties by the id of the property type.
create view molecule_search with (security_invoker = true) as
select m.*,
  chr(10) || m.name || chr(10) || coalesce(
    (select string_agg(s.name || chr(10), '') from molecule_synonyms s where s.molecule_id = m.id), ''
  ) as names,
  (
    select jsonb_object_agg(p.property_type_id, p.numeric_value) from molecular_properties p
    where p.molecule_id = m.id and p.numeric_value is not null
  ) as numeric_properties
from molecules m;

-- Mixtures with the ids and all names of their components, each between line feeds.
create view mixture_search with (security_invoker = true) as
select x.*, (
  select chr(10) || string_agg(c.molecule_id || m.names, '') from mixture_components c
  join molecule_search m on m.id = c.molecule_id where c.mixture_id = x.id
) as component_names
from mixtures x;

-- Experiments with the name of what was measured, and the ids and names of their mixture's components likewise.
create view experiment_search with (security_invoker = true) as
select e.*,
  (select t.name from property_types t where t.id = e.property_type_id) as property_type_name,
  (select x.component_names from mixture_search x where x.id = e.mixture_id) as component_names
from experiments e;

grant select on molecule_names, molecule_search, mixture_search, experiment_search to anon, authenticated, service_role;
