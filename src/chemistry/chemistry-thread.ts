import { once } from 'node:events'
import type { Piscina } from 'piscina'
import { ServiceError } from '../http/service-errors.ts'
import { InvalidStructureError } from './errors.ts'
import type { Outcome, Tasks } from './worker.ts'

/** The most tasks that are under way or wait. Piscina does not count tasks with a time-out in its own limit. */
const MAX_TASKS = 200
/** The most memory of a thread's heap, in megabytes. */
const MAX_HEAP_MB = 256

export interface ThreadLimits {
  /** How long a task may take, waiting included, in milliseconds. */
  readonly timeoutMs: number
  /** How long a task may be computed while others wait, in milliseconds. */
  readonly turnMs: number
}

/** A thread that does one task after the other. It starts with the first, and anew after one that takes too long. */
export class ChemistryThread {
  readonly #limits: ThreadLimits
  /** Of the tasks that the thread has, in their order: the first is being computed. */
  readonly #turns: AbortController[] = []
  #turnTimer: NodeJS.Timeout | undefined
  #pool: Promise<StartedPool> | undefined
  #tasks = 0
  #closed = false

  constructor(limits: ThreadLimits) {
    this.#limits = limits
  }

  /** Rejects with an `InvalidStructureError` or a `ServiceError` (501, 503). */
  async run<T extends keyof Tasks>(task: T, input: Parameters<Tasks[T]>[0]): Promise<ReturnType<Tasks[T]>> {
    if (this.#closed || this.#tasks === MAX_TASKS) throw new ServiceError('CHEMISTRY_OVERLOADED')
    this.#tasks++
    try {
      this.#pool ??= this.#open()
      const { pool, failure } = await this.#pool
      const computed = this.#takeTurn((signal) => pool.run({ task, input }, { signal }))
      const outcome: Outcome<ReturnType<Tasks[T]>> = await Promise.race([computed, failure]).catch((cause) => {
        const isLimit = cause.name === 'AbortError' || cause.code === 'ERR_WORKER_OUT_OF_MEMORY'
        if (!isLimit && !this.#closed) throw cause
        // The next task does not wait for the new thread in its own time.
        this.#pool = start({ pool, failure })
        // Whoever comes next is told.
        this.#pool.catch(() => {})
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
    const started = await this.#pool?.catch(() => undefined)
    await started?.pool.destroy()
  }

  async #takeTurn<T>(compute: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const turn = new AbortController()
    this.#turns.push(turn)
    if (this.#turns[0] === turn) this.#watchTurn()
    try {
      return await compute(AbortSignal.any([turn.signal, AbortSignal.timeout(this.#limits.timeoutMs)]))
    } finally {
      const wasFirst = this.#turns[0] === turn
      this.#turns.splice(this.#turns.indexOf(turn), 1)
      if (wasFirst) this.#watchTurn()
    }
  }

  /** Ends the task that is being computed when its turn is over, as soon as others wait. */
  #watchTurn(): void {
    clearTimeout(this.#turnTimer)
    const [first] = this.#turns
    if (!first) return
    this.#turnTimer = setTimeout(() => {
      // Where this thread was late, results may have arrived that it has not read yet.
      setImmediate(() => {
        if (this.#turns[0] === first && this.#turns.length > 1) first.abort()
        else this.#watchTurn()
      })
    }, this.#limits.turnMs)
  }

  /** Where no thread can start, for want of memory or of file descriptors, a later task tries again. */
  async #open(): Promise<StartedPool> {
    try {
      const pool = await createPool()
      const failure = once(pool, 'error').then(([cause]) => {
        this.#pool = undefined
        pool.on('error', () => {})
        pool.destroy().catch(() => {})
        throw new ServiceError('CHEMISTRY_OVERLOADED', { cause })
      })
      failure.catch(() => {})
      return await start({ pool, failure })
    } catch (error) {
      this.#pool = undefined
      throw error
    }
  }
}

interface StartedPool {
  readonly pool: Piscina
  /** Rejects when its thread cannot start. */
  readonly failure: Promise<never>
}

/** Resolves when the pool's thread can compute, or has ended. Rejects when it cannot start. */
async function start({ pool, failure }: StartedPool): Promise<StartedPool> {
  await Promise.race([pool.run({ task: 'start' }).catch(() => undefined), failure])
  return { pool, failure }
}

async function createPool(): Promise<Piscina> {
  try {
    import.meta.resolve('openchemlib')
    const { Piscina } = await import('piscina')
    return new Piscina({
      filename: new URL('worker.ts', import.meta.url).href,
      execArgv: [],
      // It needs none of the service's keys, nor what NODE_OPTIONS load into the service.
      env: {},
      minThreads: 1,
      maxThreads: 1,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB }
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new ServiceError('CHEMISTRY_NOT_INSTALLED', { cause: error })
  }
}
