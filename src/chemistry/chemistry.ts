import { createTaskQueue } from '../http/task-queue.ts'
import { ChemistryThread, type ThreadLimits } from './chemistry-thread.ts'
import { DrawingCache } from './drawing-cache.ts'
import type { Hit, Search } from './search.ts'
import type { Structure } from './structure-table.ts'
import type { Drawing } from './structures.ts'
import type { Named } from './worker.ts'

/** How long a task may take, waiting included, in milliseconds. */
const TASK_TIMEOUT_MS = 10_000
/** How long one may be computed while others wait, in milliseconds: many times what any real molecule takes. */
const TURN_MS = 2_000
/** How many molfiles are written at a time, so that drawings in between do not wait long. */
const MOLFILES_AT_ONCE = 10

/**
 * Computes with structures, in two threads: one draws, the other searches. Everything rejects with an
 * `InvalidStructureError`, or with a `ServiceError` where packages are missing (501), too many wait or it takes too long (503).
 */
export class Chemistry {
  readonly #drawing: ChemistryThread
  readonly #search: ChemistryThread
  readonly #drawings = new DrawingCache()
  /** A drawing waits for one batch of molfiles at most, however many ask for them. */
  readonly #queueMolfiles = createTaskQueue()

  constructor({ timeoutMs = TASK_TIMEOUT_MS, turnMs = TURN_MS }: Partial<ThreadLimits> = {}) {
    this.#drawing = new ChemistryThread({ timeoutMs, turnMs })
    this.#search = new ChemistryThread({ timeoutMs, turnMs })
  }

  /** Draws a molecule as SVG. */
  async draw(drawing: Drawing): Promise<string> {
    const key = JSON.stringify(drawing)
    const known = this.#drawings.get(key)
    if (known !== undefined) return known
    const svg = await this.#drawing.run('draw', drawing)
    this.#drawings.set(key, svg)
    return svg
  }

  /** Molfiles (V2000), without atoms where there is no SMILES or one that cannot be read. */
  async toMolfiles(molecules: readonly Named[]): Promise<string[]> {
    const molfiles: string[] = []
    for (let i = 0; i < molecules.length; i += MOLFILES_AT_ONCE) {
      const some = molecules.slice(i, i + MOLFILES_AT_ONCE)
      molfiles.push(...(await this.#queueMolfiles(() => this.#drawing.run('toMolfiles', some))))
    }
    return molfiles
  }

  /** Structures to search in, some milliseconds each; `undefined` for a SMILES that cannot be read. */
  toStructures(list: readonly string[]): Promise<(Structure | undefined)[]> {
    return this.#search.run('toStructures', list)
  }

  /** The next hits of a search, fewer than its limit only at the end. */
  findHits(search: Search): Promise<Hit[]> {
    return this.#search.run('findHits', search)
  }

  /** Ends the threads and rejects what has not been computed. */
  async close(): Promise<void> {
    await Promise.all([this.#drawing.close(), this.#search.close()])
  }
}
