import { onAbort, type Signal } from './abort.ts'
import type { Clock, Timer } from './clock.ts'
import { AcquireTimeoutError, QueueFullError } from './errors.ts'
import type { HeaderConnection } from './header-connection.ts'
import type { Statistics } from './statistics.ts'

/** Somebody who wants a connection: one of the two is called, once. */
export interface Waiter {
  granted(connection: HeaderConnection): void
  refused(error: Error): void
  /** It has to wait; `leave` ends that, and refuses it for this reason. */
  queued?(leave: (reason: Error) => void): void
  /** Who it is, for an operator: a place in the code or a request. */
  readonly place: string
}

interface Place {
  readonly waiter: Waiter
  readonly since: number
  readonly deadline: Timer
  /** Goes without a connection, for this reason. */
  readonly leave: (reason: Error) => void
  readonly stopListening: (() => void) | undefined
}

export interface WaitQueueOptions {
  /** How many may wait at a time. */
  limit: number
  /** How long each may wait, in milliseconds. */
  timeout: number
  clock: Clock
  statistics: Statistics
  /** Somebody has gone without a connection, of his own accord or because of his deadline. */
  onLeave: () => void
}

/** Callers in the order they came, each with a deadline and perhaps an abort signal. */
export class WaitQueue {
  readonly #options: WaitQueueOptions
  /** A Set keeps the order of insertion and lets any member go in constant time. */
  #places = new Set<Place>()

  constructor(options: WaitQueueOptions) {
    this.#options = options
  }

  get length(): number {
    return this.#places.size
  }

  /** Queues a caller, or refuses it at once when the queue is full. */
  push(waiter: Waiter, signal?: Signal): void {
    const { limit, statistics } = this.#options
    if (this.#places.size >= limit) {
      statistics.rejected++
      waiter.refused(new QueueFullError(limit))
    } else {
      const place = this.#placeFor(waiter, signal)
      this.#places.add(place)
      waiter.queued?.(place.leave)
    }
  }

  /** Queues a caller before all others, for it has had its turn before; a full queue does not matter then. */
  unshift(waiter: Waiter, signal?: Signal): void {
    const place = this.#placeFor(waiter, signal)
    this.#places = new Set([place, ...this.#places])
    waiter.queued?.(place.leave)
  }

  /** Takes out whoever has waited longest. */
  shift(): Waiter | undefined {
    for (const place of this.#places) {
      this.#remove(place)
      this.#options.statistics.waited(this.#options.clock.now() - place.since)
      return place.waiter
    }
  }

  /** Tells everybody that there is nothing to wait for. */
  refuseAll(error: Error): void {
    // Only those here now: a refused caller may queue again at once.
    for (const place of [...this.#places]) {
      if (this.#remove(place)) place.waiter.refused(error)
    }
  }

  #placeFor(waiter: Waiter, signal?: Signal): Place {
    const { timeout, clock, statistics, onLeave } = this.#options
    const leave = (reason: Error) => {
      if (!this.#remove(place)) return
      waiter.refused(reason)
      onLeave()
    }
    const place: Place = {
      waiter,
      since: clock.now(),
      leave,
      stopListening: signal && onAbort(signal, leave),
      deadline: clock.setTimeout(() => {
        statistics.timeouts++
        leave(new AcquireTimeoutError(timeout))
      }, timeout)
    }
    return place
  }

  #remove(place: Place): boolean {
    this.#options.clock.clearTimeout(place.deadline)
    place.stopListening?.()
    return this.#places.delete(place)
  }
}
