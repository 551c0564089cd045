import { errors } from 'undici'
import { onAbort, type Signal } from './abort.ts'
import type { Clock, Timer } from './clock.ts'
import { AcquireTimeoutError } from './errors.ts'
import type { HeaderConnection } from './header-connection.ts'
import { LinkedList, type Links } from './linked-list.ts'
import type { Statistics } from './statistics.ts'

/** Somebody who wants a connection: one of the two is called, once. */
export interface Waiter {
  granted(connection: HeaderConnection): void
  refused(error: Error): void
  /** It has to wait; `leave` ends that, and refuses it for this reason. */
  queued?(leave: (reason: Error) => void): void
  /** Whether it goes before all others, and is queued however many there are. */
  readonly priority?: boolean
  /** Who it is, for an operator: a place in the code or a request. */
  readonly place: string
}

interface Place extends Links<Place> {
  readonly waiter: Waiter
  readonly since: number
  readonly deadline: Timer
  /** Goes without a connection, for this reason. */
  readonly leave: (reason: Error) => void
  readonly stopListening: (() => void) | undefined
  left: boolean
}

export interface WaitQueueOptions {
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
  readonly #places = new LinkedList<Place>()

  constructor(options: WaitQueueOptions) {
    this.#options = options
  }

  get length(): number {
    return this.#places.length
  }

  /** Queues a caller. */
  push(waiter: Waiter, signal?: Signal): void {
    const place = this.#placeFor(waiter, signal)
    this.#places.push(place)
    waiter.queued?.(place.leave)
  }

  /** Queues a caller before all others. */
  unshift(waiter: Waiter, signal?: Signal): void {
    const place = this.#placeFor(waiter, signal)
    this.#places.unshift(place)
    waiter.queued?.(place.leave)
  }

  /** Takes out whoever has waited longest. */
  shift(): Waiter | undefined {
    const place = this.#places.first
    if (!place) return undefined
    this.#remove(place)
    this.#options.statistics.waited(this.#options.clock.now() - place.since)
    return place.waiter
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
      // Code that is told of no error takes that for success.
      waiter.refused(reason || new errors.RequestAbortedError())
      onLeave()
    }
    const place: Place = {
      previous: undefined,
      next: undefined,
      waiter,
      since: clock.now(),
      leave,
      stopListening: signal && onAbort(signal, leave),
      deadline: clock.setTimeout(() => {
        statistics.timeouts++
        leave(new AcquireTimeoutError(timeout))
      }, timeout),
      left: false
    }
    return place
  }

  /** False when it has left before. */
  #remove(place: Place): boolean {
    if (place.left) return false
    place.left = true
    this.#places.remove(place)
    this.#options.clock.clearTimeout(place.deadline)
    place.stopListening?.()
    return true
  }
}
