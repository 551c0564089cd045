-- What tests need beside CryoProtect's own schema.

create view light_molecules with (security_invoker = true) as
  select id, name, molecular_weight from molecules where molecular_weight < 100;

create function count_molecules(prefix text) returns bigint stable language sql as $$
  select count(*) from molecules where name ilike prefix || '%'
$$;

create function slow(seconds double precision) returns void language sql as $$
  select pg_sleep(seconds)
$$;

create function refuse() returns void language plpgsql as $$
begin
  raise sqlstate 'PT503' using message = 'Not now';
end
$$;

create table notes (
  id uuid primary key default gen_random_uuid(),
  owner uuid not null default auth.uid(),
  text text not null
);
alter table notes enable row level security;
create policy "own notes" on notes to authenticated using (owner = auth.uid()) with check (owner = auth.uid());

-- A molecule that only the user it was made for sees, and one that nobody but that user's like may see.
create table molecule_owners (molecule_id uuid primary key references molecules (id), owner uuid not null);
drop policy "everybody reads" on molecules;
create policy "everybody reads what has no owner" on molecules for select to anon, authenticated
  using (not exists (select from molecule_owners where molecule_id = molecules.id and owner is distinct from auth.uid()));

-- With more digits than a number of JavaScript's has.
insert into molecules (id, name, molecular_weight) values
  ('00000000-0000-4000-8000-000000000001', 'Zz 50%_\ (r*)-"quoted", ''single'' & more?', 0.12345678901234567890121),
  ('00000000-0000-4000-8000-000000000002', 'Zz 500', 0.12345678901234567890122),
  ('00000000-0000-4000-8000-000000000003', 'Écto-Überstoff 冷凍', 0.12345678901234567890123),
  ('00000000-0000-4000-8000-000000000004', 'Zz private', 4);
insert into molecule_owners values ('00000000-0000-4000-8000-000000000004', '11111111-1111-4111-8111-111111111111');
