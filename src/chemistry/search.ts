import { Molecule, SSSearcher, SSSearcherWithIndex } from 'openchemlib'
import {
  FINGERPRINT_WORDS,
  ID_BYTES,
  readCode,
  readId,
  type Structure,
  type TableView,
  toIdBytes
} from './structure-table.ts'
import { parseConnections, parsePattern, parseSmiles } from './structures.ts'

/** What to find: molecules with a pattern in them, SMILES or SMARTS, or molecules that are at least so similar to one. */
export type StructureQuery = { readonly substructure: string } | { readonly similar: string; readonly min: number }

/** A row that was found. */
export interface Hit {
  readonly id: string
  /** Tanimoto similarity of the fingerprints, 0 to 1 with four digits. */
  readonly score: number
}

export interface Search {
  readonly view: TableView
  readonly query: StructureQuery
  /** Where to go on; undefined for the best hits. */
  readonly after: Hit | undefined
  readonly limit: number
}

/** What may be a hit of a search, the best first, and by id where scores are equal. */
interface Ranking {
  readonly rows: Uint32Array
  readonly scores: Uint16Array
  /** Whether the candidate at this place is a hit: found out when it is asked for, since it takes most of the time. */
  isHit(place: number): boolean
}

/** A score of 1: scores are compared as they are shown, with four digits. */
const FULL_SCORE = 10_000

/** The most molecules that stay parsed, some 7 kB each: parsing one takes longer than looking for a pattern in it. */
const MAX_PARSED = 10_000
/** The most rankings that are kept, for the next page and for others who search for the same. */
const MAX_RANKINGS = 16

const indexer = new SSSearcherWithIndex()
const rankings = new Map<string, Ranking>()
let parsed: { table: number; molecules: (Molecule | undefined)[] } = { table: 0, molecules: [] }

/** A structure for a table. Throws an `InvalidStructureError`. */
export function toStructure(smiles: string): Structure {
  // Neither patterns nor fingerprints have stereochemistry.
  const molecule = parseConnections(smiles)
  // A copy: OpenChemLib's array cannot go from one thread to another.
  return { code: molecule.getIDCode(), fingerprint: [...indexer.createIndex(molecule)] }
}

/** The next hits of a search, fewer than `limit` only at the end. Throws an `InvalidStructureError`. */
export function findHits({ view, query, after, limit }: Search): Hit[] {
  const ranking = findRanking(view, query)
  const { rows, scores } = ranking
  const hits: Hit[] = []
  for (let i = after ? findBehind(view, ranking, after) : 0; i < rows.length && hits.length < limit; i++) {
    const id = readId(view, rows[i] as number)
    if (id && ranking.isHit(i)) hits.push({ id, score: (scores[i] as number) / FULL_SCORE })
  }
  return hits
}

function findRanking(view: TableView, query: StructureQuery): Ranking {
  const key = JSON.stringify([view.id, view.rows, view.removals, query])
  const ranking = rankings.get(key) ?? ('similar' in query ? rankSimilar(view, query) : rankMatches(view, query))
  // The least recently used one is the first.
  rankings.delete(key)
  rankings.set(key, ranking)
  const [oldest = key] = rankings.keys()
  if (rankings.size > MAX_RANKINGS) rankings.delete(oldest)
  return ranking
}

/** The scores of rows, by row. */
type Scores = Map<number, number>

function rank({ ids }: TableView, found: Scores): Pick<Ranking, 'rows' | 'scores'> {
  const bytes = Buffer.from(ids.buffer)
  const compareIds = (a: number, b: number) =>
    bytes.compare(bytes, b * ID_BYTES, (b + 1) * ID_BYTES, a * ID_BYTES, (a + 1) * ID_BYTES)
  const sorted = [...found].sort(([a, scoreOfA], [b, scoreOfB]) => scoreOfB - scoreOfA || compareIds(a, b))
  return {
    rows: Uint32Array.from(sorted, ([row]) => row),
    scores: Uint16Array.from(sorted, ([, score]) => score)
  }
}

/** The place in the ranking behind a hit, which need not be in it any more. */
function findBehind({ ids }: TableView, { rows, scores }: Ranking, { id, score }: Hit): number {
  const bytes = Buffer.from(ids.buffer)
  const bound = toIdBytes(id)
  const isBehind = (i: number) => {
    const difference = (scores[i] as number) - Math.round(score * FULL_SCORE)
    const start = (rows[i] as number) * ID_BYTES
    return difference < 0 || (difference === 0 && bytes.compare(bound, 0, ID_BYTES, start, start + ID_BYTES) > 0)
  }
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isBehind(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/** Molecules whose fingerprints have all that the pattern's has, of which most have the pattern. */
function rankMatches(view: TableView, { substructure }: { substructure: string }): Ranking {
  const fragment = parsePattern(substructure)
  const fingerprint = Int32Array.from(indexer.createIndex(fragment))
  const candidates: Scores = new Map()
  for (let row = 0; row < view.rows; row++) {
    if (hasBits(view.fingerprints, row * FINGERPRINT_WORDS, fingerprint)) {
      candidates.set(row, toScore(view, row, fingerprint))
    }
  }
  const ranked = rank(view, candidates)
  const searcher = new SSSearcher()
  searcher.setFragment(fragment)
  const known: (boolean | undefined)[] = []
  const isHit = (place: number) => {
    searcher.setMolecule(readMolecule(view, ranked.rows[place] as number))
    return searcher.isFragmentInMolecule()
  }
  return {
    ...ranked,
    isHit: (place) => {
      known[place] ??= isHit(place)
      return known[place]
    }
  }
}

function rankSimilar(view: TableView, { similar, min }: { similar: string; min: number }): Ranking {
  const fingerprint = Int32Array.from(indexer.createIndex(parseSmiles(similar)))
  const found: Scores = new Map()
  for (let row = 0; row < view.rows; row++) {
    const score = toScore(view, row, fingerprint)
    if (score >= Math.round(min * FULL_SCORE)) found.set(row, score)
  }
  return { ...rank(view, found), isHit: () => true }
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

/** The Tanimoto similarity of a row's fingerprint to another. */
function toScore({ fingerprints }: TableView, row: number, other: Int32Array): number {
  let both = 0
  let either = 0
  for (let i = 0; i < FINGERPRINT_WORDS; i++) {
    const word = fingerprints[row * FINGERPRINT_WORDS + i] as number
    both += countBits(word & (other[i] as number))
    either += countBits(word | (other[i] as number))
  }
  // Methane's has no bits.
  return either === 0 ? FULL_SCORE : Math.round((both / either) * FULL_SCORE)
}

/** https://graphics.stanford.edu/~seander/bithacks.html#CountBitsSetParallel */
function countBits(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
