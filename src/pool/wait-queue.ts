import type { Clock, Timer } from './clock.ts'
import { AcquireTimeoutError, QueueFullError } from './errors.ts'
import type { HeaderConnection } from './header-connection.ts'
import type { Statistics } from './statistics.ts'

/** Somebody who wants a connection: one of the two is called, once. */
export interface Waiter {
  granted(connection: HeaderConnection): void
  refused(error: Error): void
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
  readonly #places = new Set<Place>()

  constructor(options: WaitQueueOptions) {
    this.#options = options
  }

  get length(): number {
    return this.#places.size
  }

  /** Queues a caller, or refuses it at once when the queue is full. */
  push(waiter: Waiter, signal?: AbortSignal): void {
    const { limit, timeout, clock, statistics } = this.#options
    if (this.#places.size >= limit) {
      statistics.rejected++
      waiter.refused(new QueueFullError(limit))
      return
    }
    const place: Place = {
      waiter,
      since: clock.now(),
      deadline: clock.setTimeout(() => {
        statistics.timeouts++
        this.#leave(place)
        waiter.refused(new AcquireTimeoutError(timeout))
      }, timeout),
      signal,
      onAbort: () => {
        this.#leave(place)
        waiter.refused(signal?.reason)
      }
    }
    signal?.addEventListener('abort', place.onAbort, { once: true })
    this.#places.add(place)
  }

  /** Hands a connection to whoever has waited longest. The queue must not be empty. */
  grant(connection: HeaderConnection): void {
    const place = this.#oldest()
    this.#leave(place)
    this.#options.statistics.waited(this.#options.clock.now() - place.since)
    place.waiter.granted(connection)
  }

  /** Tells everybody that there is nothing to wait for. */
  refuseAll(error: Error): void {
    // Only those here now: a refused caller may queue again at once.
    for (const place of [...this.#places]) {
      if (this.#leave(place)) place.waiter.refused(error)
    }
  }

  #oldest(): Place {
    return this.#places.values().next().value as Place
  }

  #leave(place: Place): boolean {
    this.#options.clock.clearTimeout(place.deadline)
    place.signal?.removeEventListener('abort', place.onAbort)
    return this.#places.delete(place)
  }
}
