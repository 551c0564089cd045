import type { Piscina } from 'piscina'
import { ServiceError } from '../http/service-errors.ts'
import { DrawingCache } from './drawing-cache.ts'
import { InvalidStructureError } from './errors.ts'
import type { Drawing } from './structures.ts'
import type { Named, Outcome, Tasks } from './worker.ts'

/** How long a task may take, waiting included, in milliseconds. */
const TASK_TIMEOUT_MS = 5000
/** The most tasks that are under way or wait. Piscina does not count tasks with a time-out in its own limit. */
const MAX_TASKS = 100
/** The most memory of a thread's heap, in megabytes. */
const MAX_HEAP_MB = 256
/** How many molecules go to a thread at a time, so that drawings in between do not wait long. */
const BATCH_SIZE = 50

/** Computes with structures in a thread of its own, which starts with the first task. */
export class Chemistry {
  #pool: Promise<Piscina> | undefined
  readonly #drawings = new DrawingCache()
  #tasks = 0
  #closed = false
  readonly #timeoutMs: number

  constructor({ timeoutMs = TASK_TIMEOUT_MS } = {}) {
    this.#timeoutMs = timeoutMs
  }

  /** Draws a molecule as SVG. Rejects with an `InvalidStructureError` or, as everything here, a `ServiceError` (501, 503). */
  async draw(drawing: Drawing): Promise<string> {
    const key = JSON.stringify(drawing)
    const known = this.#drawings.get(key)
    if (known !== undefined) return known
    const svg = await this.#run('draw', drawing)
    this.#drawings.set(key, svg)
    return svg
  }

  /** Molfiles (V2000), without atoms where there is no SMILES or one that cannot be read. */
  async toMolfiles(molecules: readonly Named[]): Promise<string[]> {
    const molfiles: string[] = []
    for (let i = 0; i < molecules.length; i += BATCH_SIZE) {
      molfiles.push(...(await this.#run('toMolfiles', molecules.slice(i, i + BATCH_SIZE))))
    }
    return molfiles
  }

  /** Ends the thread and rejects what has not been computed. */
  async close(): Promise<void> {
    this.#closed = true
    const pool = await this.#pool?.catch(() => undefined)
    await pool?.destroy()
  }

  async #run<T extends keyof Tasks>(task: T, input: Parameters<Tasks[T]>[0]): Promise<ReturnType<Tasks[T]>> {
    if (this.#closed || this.#tasks === MAX_TASKS) throw new ServiceError('CHEMISTRY_OVERLOADED')
    this.#tasks++
    try {
      this.#pool ??= startPool()
      const pool = await this.#pool
      const outcome: Outcome<ReturnType<Tasks[T]>> = await pool
        .run({ task, input }, { signal: AbortSignal.timeout(this.#timeoutMs) })
        .catch((cause) => {
          throw new ServiceError('CHEMISTRY_OVERLOADED', { cause })
        })
      if ('invalid' in outcome) throw new InvalidStructureError(outcome.invalid)
      return outcome.value
    } finally {
      this.#tasks--
    }
  }
}

async function startPool(): Promise<Piscina> {
  try {
    import.meta.resolve('openchemlib')
    const { Piscina } = await import('piscina')
    const pool = new Piscina({
      filename: new URL('worker.ts', import.meta.url).href,
      execArgv: [],
      minThreads: 1,
      maxThreads: 1,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB }
    })
    // Starting the thread takes none of the first task's time.
    await pool.run({ task: 'start' })
    return pool
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new ServiceError('CHEMISTRY_NOT_INSTALLED', { cause: error })
  }
}
