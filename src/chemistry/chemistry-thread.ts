import type { Piscina } from 'piscina'
import { ServiceError } from '../http/service-errors.ts'
import { InvalidStructureError } from './errors.ts'
import type { Outcome, Tasks } from './worker.ts'

/** The most tasks that are under way or wait. Piscina does not count tasks with a time-out in its own limit. */
const MAX_TASKS = 100
/** The most memory of a thread's heap, in megabytes. */
const MAX_HEAP_MB = 256

/** A thread that does one task after the other. It starts with the first, and anew after one that takes too long. */
export class ChemistryThread {
  readonly #timeoutMs: number
  #pool: Promise<Piscina> | undefined
  #tasks = 0
  #closed = false

  /** `timeoutMs`: how long a task may take, waiting included. */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs
  }

  /** Rejects with an `InvalidStructureError` or a `ServiceError` (501, 503). */
  async run<T extends keyof Tasks>(task: T, input: Parameters<Tasks[T]>[0]): Promise<ReturnType<Tasks[T]>> {
    if (this.#closed || this.#tasks === MAX_TASKS) throw new ServiceError('CHEMISTRY_OVERLOADED')
    this.#tasks++
    try {
      this.#pool ??= createPool().then(start)
      const pool = await this.#pool
      const outcome: Outcome<ReturnType<Tasks[T]>> = await pool
        .run({ task, input }, { signal: AbortSignal.timeout(this.#timeoutMs) })
        .catch((cause) => {
          const isLimit = cause.name === 'AbortError' || cause.code === 'ERR_WORKER_OUT_OF_MEMORY'
          if (!isLimit && !this.#closed) throw cause
          // The next task does not wait for the new thread in its own time.
          this.#pool = start(pool)
          throw new ServiceError('CHEMISTRY_OVERLOADED', { cause })
        })
      if ('invalid' in outcome) throw new InvalidStructureError(outcome.invalid)
      return outcome.value
    } finally {
      this.#tasks--
    }
  }

  /** Ends the thread and rejects what has not been computed. */
  async close(): Promise<void> {
    this.#closed = true
    const pool = await this.#pool?.catch(() => undefined)
    await pool?.destroy()
  }
}

/** Resolves when the pool's thread can compute, or has ended. */
async function start(pool: Piscina): Promise<Piscina> {
  await pool.run({ task: 'start' }).catch(() => undefined)
  return pool
}

async function createPool(): Promise<Piscina> {
  try {
    import.meta.resolve('openchemlib')
    const { Piscina } = await import('piscina')
    return new Piscina({
      filename: new URL('worker.ts', import.meta.url).href,
      execArgv: [],
      minThreads: 1,
      maxThreads: 1,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB }
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new ServiceError('CHEMISTRY_NOT_INSTALLED', { cause: error })
  }
}
