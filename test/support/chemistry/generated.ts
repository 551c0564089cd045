const PARTS = [
  'C',
  'CC',
  'C(C)',
  'O',
  'N',
  'C(=O)',
  'C(=O)N',
  'c1ccc(cc1)',
  'C(O)',
  'CS(=O)',
  'C1CCC(CC1)',
  'C(F)',
  'C(CO)'
]
const ENDS = ['C', 'O', 'N', 'c1ccccc1', 'C(=O)O', 'C1CCCO1', 'Cl', 'c1ccncc1']

/** So many different SMILES, the same each time. */
export function generateSmiles(count: number): string[] {
  const random = createRandom()
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] as string
  const smiles = new Set<string>()
  while (smiles.size < count) {
    const parts = Array.from({ length: 1 + Math.floor(random() * 6) }, () => pick(PARTS))
    smiles.add(`C${parts.join('')}${pick(ENDS)}`)
  }
  return [...smiles]
}

/** Twelve atoms, each bound to every other: computing where to draw them takes minutes. */
export const slowStructure = ((): string => {
  const atoms = Array.from({ length: 12 }, (_, i) => i)
  const rings = atoms.flatMap((i) => atoms.filter((j) => j > i + 1).map((j) => [i, j]))
  const close = (atom: number) => rings.map((ring, i) => (ring.includes(atom) ? `%${10 + i}` : '')).join('')
  return atoms.map((atom) => `[U]${close(atom)}`).join('')
})()

/** A UUID that ends with this hexadecimal number. */
export function toId(end: string | number): string {
  return `00000000-0000-4000-8000-${String(end).padStart(12, '0')}`
}

/** https://gist.github.com/tommyettinger/46a874533244883189143505d203312c (mulberry32, public domain) */
function createRandom(): () => number {
  let state = 1
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}
