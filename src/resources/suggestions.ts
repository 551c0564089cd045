/** A name of a molecule, as the view `molecule_names` has it. */
export interface MoleculeName {
  readonly molecule_id: string
  readonly molecule_name: string
  readonly name: string
  readonly kind: 'name' | 'synonym' | 'abbreviation'
}

/**
 * The best of the names that contain `text`, one per molecule: exact before prefix before contained, and otherwise in the
 * order given.
 */
export function rankNames(names: readonly MoleculeName[], text: string, limit: number): MoleculeName[] {
  const sought = text.toLowerCase()
  const rank = ({ name }: MoleculeName) => {
    const lower = name.toLowerCase()
    if (lower === sought) return 0
    return lower.startsWith(sought) ? 1 : 2
  }
  const best = new Map<string, MoleculeName>()
  for (const name of names.toSorted((a, b) => rank(a) - rank(b))) {
    if (!best.has(name.molecule_id)) best.set(name.molecule_id, name)
  }
  return [...best.values()].slice(0, limit)
}
