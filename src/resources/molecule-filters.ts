import type { Condition, Filters } from '../supabase/filters.ts'

/** What molecules are looked for by. */
interface MoleculeQuery {
  /** What the name begins with. */
  readonly name?: string
  /** What the name has in it. */
  readonly q?: string
  readonly formula?: string
  readonly cid?: number
}

/** The conditions that such molecules meet. */
export function moleculeFilters({ name, q, formula, cid }: MoleculeQuery): Filters {
  const names: Condition[] = []
  if (name) names.push({ startsWith: name })
  if (q) names.push({ contains: q })
  const filters: Record<string, Condition | readonly Condition[]> = {}
  if (names.length) filters.name = names
  if (formula) filters.molecular_formula = { equals: formula }
  if (cid) filters.cid = { equals: String(cid) }
  return filters
}
