import { onAbort, type Signal } from './abort.ts'
import type { Clock, Timer } from './clock.ts'
import { AcquireTimeoutError } from './errors.ts'
import type { HeaderConnection, LeaseHolder } from './header-connection.ts'
import { LinkedList, type Links } from './linked-list.ts'
import type { Statistics } from './statistics.ts'

/** A caller that wants a connection. Either `grant` or `reject` is called. */
export interface Waiter extends LeaseHolder {
  grant(connection: HeaderConnection): void
  reject(error: Error): void
  /** Ends the wait. */
  readonly signal: Signal | undefined
  /** Whether it goes before all others, however many there are. */
  readonly priority: boolean
}

interface Entry extends Links<Entry> {
  readonly waiter: Waiter
  readonly since: number
  readonly deadline: Timer
  readonly stopListening: (() => void) | undefined
  removed: boolean
}

export interface WaitQueueOptions {
  /** What error messages call the origin. */
  name: string
  /** How long each may wait, in milliseconds. */
  timeout: number
  clock: Clock
  statistics: Statistics
  /** A caller has left without a connection, by its signal or at its deadline. */
  onLeave: () => void
}

/** Callers in the order in which they came, each with a deadline and perhaps an abort signal. */
export class WaitQueue {
  readonly #options: WaitQueueOptions
  readonly #entries = new LinkedList<Entry>()

  constructor(options: WaitQueueOptions) {
    this.#options = options
  }

  get length(): number {
    return this.#entries.length
  }

  /** Queues a caller behind all others. */
  push(waiter: Waiter): void {
    this.#entries.push(this.#createEntry(waiter))
  }

  /** Queues a caller before all others. */
  unshift(waiter: Waiter): void {
    this.#entries.unshift(this.#createEntry(waiter))
  }

  /** Removes the caller that has waited longest. */
  shift(): Waiter | undefined {
    const entry = this.#entries.first
    if (!entry) return undefined
    this.#remove(entry)
    this.#options.statistics.recordWait(this.#options.clock.now() - entry.since)
    return entry.waiter
  }

  rejectAll(error: Error): void {
    // A copy: a rejected caller may queue again at once.
    for (const entry of [...this.#entries]) {
      if (this.#remove(entry)) entry.waiter.reject(error)
    }
  }

  #createEntry(waiter: Waiter): Entry {
    const { name, timeout, clock, statistics, onLeave } = this.#options
    const leave = (reason: Error) => {
      if (!this.#remove(entry)) return
      waiter.reject(reason)
      onLeave()
    }
    const entry: Entry = {
      previous: undefined,
      next: undefined,
      waiter,
      since: clock.now(),
      stopListening: waiter.signal && onAbort(waiter.signal, leave),
      deadline: clock.setTimeout(() => {
        statistics.timeouts++
        leave(new AcquireTimeoutError(name, timeout))
      }, timeout),
      removed: false
    }
    return entry
  }

  /** False when it has been removed before. */
  #remove(entry: Entry): boolean {
    if (entry.removed) return false
    entry.removed = true
    this.#entries.remove(entry)
    this.#options.clock.clearTimeout(entry.deadline)
    entry.stopListening?.()
    return true
  }
}
