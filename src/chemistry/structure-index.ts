import { setTimeout as sleep } from 'node:timers/promises'
import type { Chemistry } from './chemistry.ts'
import type { Hit, StructureQuery } from './search.ts'
import { readStructure, type Structure, StructureTable } from './structure-table.ts'

/** Rows that are newer than this have not been seen, in milliseconds. */
const REFRESH_INTERVAL_MS = 60_000
/** After that everything is read again, in milliseconds: no `updated_at` tells of a row that is gone. */
const REBUILD_INTERVAL_MS = 3_600_000
/** When to read again after a failure, in milliseconds. */
const RETRY_INTERVAL_MS = 5000
/** How long a search waits for an index that is not complete, in milliseconds. */
const COMPLETION_WAIT_MS = 1000
/** The most structures, of some 100 bytes each. */
const MAX_STRUCTURES = 100_000
/** How many structures are computed at a time, so that searches in between do not wait long. */
const STRUCTURES_AT_ONCE = 10

/** What the index reads of a molecule. */
export interface StructureRow {
  readonly id: string
  readonly smiles: string | null
  readonly updated_at: string
}

export interface IndexOptions {
  readonly chemistry: Chemistry
  /**
   * The rows that everybody may see, in the order of `updated_at` and `id`, a page that begins behind this one or with the
   * first; an empty page ends them.
   */
  readPage(after: StructureRow | undefined): Promise<readonly StructureRow[]>
  /** Called with what kept the index from being built. */
  onError(error: unknown): void
  /** In milliseconds. */
  readonly now?: () => number
  readonly maxStructures?: number
  readonly completionWaitMs?: number
}

/** A search in the structures that there were when it began. */
export interface StructureSearch {
  /** Whether these were all of them. */
  readonly complete: boolean
  /** The next hits, fewer than `limit` only at the end. Rejects as `Chemistry` does. */
  find(after: Hit | undefined, limit: number): Promise<readonly Hit[]>
}

/** Against this a query is checked: nothing is in it. */
const NO_STRUCTURES = new StructureTable().view

/** One reading of all molecules. */
class Generation {
  readonly table = new StructureTable()
  /** The row of each molecule that has a structure, by id, and what it was made of. */
  readonly rows = new Map<string, { readonly row: number; readonly smiles: string }>()
  last: StructureRow | undefined
  complete = false
}

/**
 * Finds molecules by structure, in memory. It reads them when it is first asked, what has changed since when it is asked
 * after a minute, and all of them again after an hour; meanwhile it answers with what it has.
 */
export class StructureIndex {
  readonly #options: Required<IndexOptions>
  #current = new Generation()
  #reading: Promise<void> | undefined
  /** Why the last reading ended early. */
  #failure: Error | undefined
  #refreshAt = 0
  #rebuildAt = 0
  #closed = false

  constructor(options: IndexOptions) {
    this.#options = {
      now: Date.now,
      maxStructures: MAX_STRUCTURES,
      completionWaitMs: COMPLETION_WAIT_MS,
      ...options
    }
  }

  /**
   * Begins a search in the structures that there are now. Rejects as `Chemistry` does and, if there are none because they
   * could not be read, as `readPage` does.
   */
  async search(query: StructureQuery): Promise<StructureSearch> {
    const { chemistry } = this.#options
    // What cannot be searched for is rejected before anything is read or waited for.
    if (!this.#current.complete) await chemistry.findHits({ view: NO_STRUCTURES, query, after: undefined, limit: 0 })
    const { table, complete } = await this.#ready()
    const { view } = table
    if (this.#failure && view.rows === 0) throw this.#failure
    return { complete, find: (after, limit) => chemistry.findHits({ view, query, after, limit }) }
  }

  /** Stops reading. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#reading
  }

  async #ready(): Promise<Generation> {
    const { now, completionWaitMs } = this.#options
    if (now() >= this.#refreshAt) this.#reading ??= this.#read()
    if (!this.#current.complete && this.#reading) {
      const wait = new AbortController()
      await Promise.race([this.#reading, sleep(completionWaitMs, undefined, { signal: wait.signal })]).finally(() =>
        wait.abort()
      )
    }
    return this.#current
  }

  /** Reads what is new or, when it is time, everything. */
  async #read(): Promise<void> {
    const { now, onError } = this.#options
    const begin = now()
    const rebuild = begin >= this.#rebuildAt
    const previous = this.#current
    const generation = rebuild ? new Generation() : previous
    // The first one is searched while it is read, a later one when all of it is there.
    if (rebuild && !previous.complete) this.#current = generation
    try {
      generation.complete = await this.#readPages(generation, previous)
      this.#current = generation
      if (rebuild) this.#rebuildAt = begin + REBUILD_INTERVAL_MS
      this.#refreshAt = begin + REFRESH_INTERVAL_MS
      this.#failure = undefined
    } catch (error) {
      this.#failure = error as Error
      this.#refreshAt = begin + RETRY_INTERVAL_MS
      if (!this.#closed) onError(error)
    }
    this.#reading = undefined
  }

  /** Resolves to whether all pages were read. */
  async #readPages(generation: Generation, previous: Generation): Promise<boolean> {
    const { readPage, maxStructures } = this.#options
    while (!this.#closed) {
      const page = await readPage(generation.last)
      if (page.length === 0) return true
      for (let i = 0; i < page.length && !this.#closed; i += STRUCTURES_AT_ONCE) {
        const rows = page.slice(i, i + STRUCTURES_AT_ONCE)
        if (generation.table.rows + rows.length > maxStructures) return false
        await this.#add(generation, previous, rows)
      }
      generation.last = page.at(-1)
    }
    return false
  }

  async #add(generation: Generation, previous: Generation, rows: readonly StructureRow[]): Promise<void> {
    const { table, rows: rowsById } = generation
    const changed = rows.filter(({ id, smiles }) => smiles === null || rowsById.get(id)?.smiles !== smiles)
    const structures = await this.#findStructures(changed, previous)
    for (const { id, smiles } of changed) {
      const known = rowsById.get(id)
      if (known) table.remove(known.row)
      rowsById.delete(id)
      const structure = structures.get(id)
      if (smiles !== null && structure) rowsById.set(id, { row: table.add(id, structure), smiles })
    }
  }

  /** By id; those of the reading before if they are still the same, for computing one takes milliseconds. */
  async #findStructures(rows: readonly StructureRow[], { table, rows: rowsById }: Generation) {
    const { view } = table
    const structures = new Map<string, Structure | undefined>()
    const unknown: { id: string; smiles: string }[] = []
    for (const { id, smiles } of rows) {
      const known = rowsById.get(id)
      if (known && known.smiles === smiles) structures.set(id, readStructure(view, known.row))
      else if (smiles !== null) unknown.push({ id, smiles })
    }
    const computed = await this.#compute(unknown.map(({ smiles }) => smiles))
    for (const [i, { id }] of unknown.entries()) structures.set(id, computed[i])
    return structures
  }

  /** One at a time if they take too long together: a structure that takes too long by itself is left out. */
  async #compute(list: readonly string[]): Promise<(Structure | undefined)[]> {
    const { chemistry } = this.#options
    if (list.length === 0) return []
    try {
      return await chemistry.toStructures(list)
    } catch (error) {
      if (this.#closed || (error as { code?: string }).code !== 'CHEMISTRY_OVERLOADED') throw error
      if (list.length === 1) return [undefined]
      const structures: (Structure | undefined)[] = []
      for (const smiles of list) structures.push(...(await this.#compute([smiles])))
      return structures
    }
  }
}
