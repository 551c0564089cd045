-- 100,000 molecules in the database of the bench, which nobody else uses. Their rows are equally long, so that pages of
-- as many rows are too.

truncate molecules cascade;

-- Six columns are left: ten rows are 1.9 kB.
alter table molecules drop column pubchem_link, drop column source, drop column created_at, drop column updated_at;

-- As CryoProtect's own schema has it, without what tests need beside.
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
