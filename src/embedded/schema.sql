-- CryoProtect's schema. Plain PostgreSQL that Supabase's migrations, a PostgreSQL of one's own and the embedded
-- Supabase all take. Everybody may read; nobody but the service role may write.

create table molecules (
  id uuid primary key default gen_random_uuid(),
  cid integer unique, -- PubChem compound identifier; null for a polymer, which is no single compound
  name text not null unique,
  molecular_formula text,
  smiles text, -- isomeric SMILES; null for a polymer
  molecular_weight numeric, -- g/mol
  pubchem_link text,
  source text, -- where its use as a cryoprotectant is described
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table property_types (
  id uuid primary key default gen_random_uuid(),
  name text not null unique,
  data_type text not null check (data_type in ('numeric', 'text', 'boolean')),
  units text,
  description text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

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

create table mixtures (
  id uuid primary key default gen_random_uuid(),
  name text not null unique,
  description text,
  source text, -- the publication of its composition
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

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

alter table molecules enable row level security;
alter table property_types enable row level security;
alter table molecular_properties enable row level security;
alter table mixtures enable row level security;
alter table mixture_components enable row level security;
alter table experiments enable row level security;

create policy "everybody reads" on molecules for select to anon, authenticated using (true);
create policy "everybody reads" on property_types for select to anon, authenticated using (true);
create policy "everybody reads" on molecular_properties for select to anon, authenticated using (true);
create policy "everybody reads" on mixtures for select to anon, authenticated using (true);
create policy "everybody reads" on mixture_components for select to anon, authenticated using (true);
create policy "everybody reads" on experiments for select to anon, authenticated using (true);
