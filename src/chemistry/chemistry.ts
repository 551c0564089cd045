import { LRUCache } from 'lru-cache'
import { createTaskQueue } from '../http/task-queue.ts'
import { ChemistryThread, type ThreadLimits } from './chemistry-thread.ts'
import type { Hit, Search } from './search.ts'
import type { Structure } from './structure-table.ts'
import type { Drawing } from './structures.ts'
import type { Named } from './worker.ts'

/** How long a task may take, waiting included, in milliseconds. */
const TASK_TIMEOUT_MS = 10_000
/** How long one may be computed while others wait, in milliseconds: many times what any real molecule takes. */
const TURN_MS = 5_000
/** The most characters of all drawings that are kept. */
const MAX_DRAWING_CHARACTERS = 8_000_000

/**
 * Computes with structures, in a thread: a second one would take the processor from everybody else. Everything rejects with an
 * `InvalidStructureError`, or with a `ServiceError` where packages are missing (501), too many wait or it takes too long (503).
 */
export class Chemistry {
  readonly #thread: ChemistryThread
  /** By what they were drawn of. */
  readonly #drawings = new LRUCache<string, string>({
    maxSize: MAX_DRAWING_CHARACTERS,
    sizeCalculation: (svg, key) => svg.length + key.length
  })
  /** Whoever asks for the same meanwhile shares it. */
  readonly #underWay = new Map<string, Promise<string>>()
  /** A drawing waits for one batch of molfiles at most, however many ask for them. */
  readonly #queueMolfiles = createTaskQueue()

  constructor({ timeoutMs = TASK_TIMEOUT_MS, turnMs = TURN_MS }: Partial<ThreadLimits> = {}) {
    this.#thread = new ChemistryThread({ timeoutMs, turnMs })
  }

  /** Draws a molecule as SVG. */
  async draw(drawing: Drawing): Promise<string> {
    const key = JSON.stringify(drawing)
    const known = this.#drawings.get(key)
    if (known !== undefined) return known
    const underWay = this.#underWay.get(key) ?? this.#drawAnew(key, drawing)
    this.#underWay.set(key, underWay)
    return underWay
  }

  /** Molfiles (V2000) of a few molecules, without atoms where there is no SMILES or one that cannot be read. */
  toMolfiles(molecules: readonly Named[]): Promise<string[]> {
    return this.#queueMolfiles(() => this.#thread.run('toMolfiles', molecules))
  }

  /** Structures to search in, some milliseconds each; `undefined` for a SMILES that cannot be read. */
  toStructures(list: readonly string[]): Promise<(Structure | undefined)[]> {
    return this.#thread.run('toStructures', list)
  }

  /** The next hits of a search, fewer than its limit only at the end. */
  findHits(search: Search): Promise<Hit[]> {
    return this.#thread.run('findHits', search)
  }

  async #drawAnew(key: string, drawing: Drawing): Promise<string> {
    try {
      const svg = await this.#thread.run('draw', drawing)
      this.#drawings.set(key, svg)
      return svg
    } finally {
      this.#underWay.delete(key)
    }
  }

  /** Ends the thread and rejects what has not been computed. */
  async close(): Promise<void> {
    await this.#thread.close()
  }
}
