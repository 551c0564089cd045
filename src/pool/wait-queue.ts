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
  readonly signal: AbortSignal | undefined
  readonly onAbort: () => void
}

export interface WaitQueueOptions {
  /** How many may wait at a time. */
  limit: number
  /** How long each may wait, in milliseconds. */
  timeout: number
  clock: Clock
  statistics: Statistics
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
  push(waiter: Waiter, signal?: AbortSignal): void {
    const { limit, statistics } = this.#options
    if (this.#places.size >= limit) {
      statistics.rejected++
      waiter.refused(new QueueFullError(limit))
    } else {
      this.#places.add(this.#placeFor(waiter, signal))
    }
  }

  /** Queues a caller before all others, for it has had its turn before; a full queue does not matter then. */
  unshift(waiter: Waiter, signal?: AbortSignal): void {
    this.#places = new Set([this.#placeFor(waiter, signal), ...this.#places])
  }

  /** Takes out whoever has waited longest. */
  shift(): Waiter | undefined {
    for (const place of this.#places) {
      this.#leave(place)
      this.#options.statistics.waited(this.#options.clock.now() - place.since)
      return place.waiter
    }
  }

  /** Tells everybody that there is nothing to wait for. */
  refuseAll(error: Error): void {
    // Only those here now: a refused caller may queue again at once.
    for (const place of [...this.#places]) {
      if (this.#leave(place)) place.waiter.refused(error)
    }
  }

  #placeFor(waiter: Waiter, signal?: AbortSignal): Place {
    const { timeout, clock, statistics } = this.#options
    const place: Place = {
      waiter,
      since: clock.now(),
      deadline: clock.setTimeout(() => {
        statistics.timeouts++
        this.#leave(place)
        waiter.refused(new AcquireTimeoutError(timeout))
      }, timeout),
      signal,
      onAbort: () => leave(signal?.reason)
    }
    const leave = (reason: Error) => {
      if (this.#leave(place)) waiter.refused(reason)
    }
    signal?.addEventListener('abort', place.onAbort, { once: true })
    waiter.queued?.(leave)
    return place
  }

  #leave(place: Place): boolean {
    this.#options.clock.clearTimeout(place.deadline)
    place.signal?.removeEventListener('abort', place.onAbort)
    return this.#places.delete(place)
  }
}
