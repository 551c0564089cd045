-- 100,000 molecules in the bench's own database. All rows have the same length, so pages of as many rows have, too.

truncate molecules cascade;

-- Six columns remain: ten rows are 1.9 kB. The views to search by need the others, and there is nothing to search for.
drop view if exists molecule_search, mixture_search, experiment_search cascade;
alter table molecules drop column pubchem_link, drop column source, drop column created_at, drop column updated_at,
  drop column if exists inchikey;

-- The policy of CryoProtect's schema, without what the tests add.
drop policy "everybody reads what has no owner" on molecules;
create policy "everybody reads" on molecules for select to anon, authenticated using (true);

insert into molecules (id, cid, name, molecular_formula, smiles, molecular_weight)
select
  md5(n::text)::uuid,
  100000 + n,
  'Molecule ' || lpad(n::text, 6, '0'),
  'C12H22O11',
  'OC[C@H]1OC(O)[C@H](O)[C@@H](O)[C@@H]1O',
  100 + n % 900 + 0.25
from generate_series(0, 99999) n;

analyze molecules;
