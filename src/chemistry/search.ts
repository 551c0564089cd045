import { Molecule, SSSearcher, SSSearcherWithIndex } from 'openchemlib'
import { FINGERPRINT_WORDS, readCode, type Structure, type TableView } from './structure-table.ts'
import { parsePattern, parseSmiles } from './structures.ts'

/** The most molecules that stay parsed, some 7 kB each: parsing one takes longer than looking for a pattern in it. */
const MAX_PARSED = 10_000

const indexer = new SSSearcherWithIndex()
let parsed: { table: number; molecules: (Molecule | undefined)[] } = { table: 0, molecules: [] }

/** A structure for a table. Throws an `InvalidStructureError`. */
export function toStructure(smiles: string): Structure {
  const molecule = parseSmiles(smiles)
  // A copy: OpenChemLib's array cannot go from one thread to another.
  return { code: molecule.getIDCode(), fingerprint: [...indexer.createIndex(molecule)] }
}

/** The rows that have the pattern in them. Throws an `InvalidStructureError`. */
export function findSubstructure(view: TableView, pattern: string): number[] {
  const fragment = parsePattern(pattern)
  const fingerprint = Int32Array.from(indexer.createIndex(fragment))
  const searcher = new SSSearcher()
  searcher.setFragment(fragment)
  const found: number[] = []
  for (let row = 0; row < view.rows; row++) {
    if (!hasBits(view.fingerprints, row * FINGERPRINT_WORDS, fingerprint)) continue
    searcher.setMolecule(readMolecule(view, row))
    if (searcher.isFragmentInMolecule()) found.push(row)
  }
  return found
}

/** Rows with their Tanimoto similarity to the structure, of at least `min`. Throws an `InvalidStructureError`. */
export function findSimilar(view: TableView, smiles: string, min: number): [row: number, score: number][] {
  const fingerprint = Int32Array.from(indexer.createIndex(parseSmiles(smiles)))
  const found: [number, number][] = []
  for (let row = 0; row < view.rows; row++) {
    const score = toTanimoto(view.fingerprints, row * FINGERPRINT_WORDS, fingerprint)
    if (score >= min) found.push([row, score])
  }
  return found
}

function readMolecule(view: TableView, row: number): Molecule {
  if (parsed.table !== view.id) parsed = { table: view.id, molecules: [] }
  const known = parsed.molecules[row]
  if (known) return known
  const molecule = Molecule.fromIDCode(readCode(view, row), false).getCompactCopy()
  if (row < MAX_PARSED) parsed.molecules[row] = molecule
  return molecule
}

/** Whether a row's fingerprint has every bit of the other: without them a pattern cannot be in it. */
function hasBits(fingerprints: Int32Array, start: number, bits: Int32Array): boolean {
  for (let i = 0; i < FINGERPRINT_WORDS; i++) {
    if (((bits[i] as number) & ~(fingerprints[start + i] as number)) !== 0) return false
  }
  return true
}

function toTanimoto(fingerprints: Int32Array, start: number, other: Int32Array): number {
  let both = 0
  let either = 0
  for (let i = 0; i < FINGERPRINT_WORDS; i++) {
    const word = fingerprints[start + i] as number
    both += countBits(word & (other[i] as number))
    either += countBits(word | (other[i] as number))
  }
  return either === 0 ? 0 : both / either
}

/** https://graphics.stanford.edu/~seander/bithacks.html#CountBitsSetParallel */
function countBits(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
