import type { Clock, Timer } from '../../../src/pool/clock.ts'

interface PendingTimer extends Timer {
  at: number
  callback: () => void
}

/** A clock that a test advances by hand. Times are milliseconds and may have fractions. */
export class ManualClock implements Clock {
  #now = 0
  readonly #timers = new Set<PendingTimer>()

  now(): number {
    return this.#now
  }

  setTimeout(callback: () => void, delay: number): Timer {
    const timer: PendingTimer = { at: this.#now + delay, callback, unref: () => timer }
    this.#timers.add(timer)
    return timer
  }

  clearTimeout(timer: Timer): void {
    this.#timers.delete(timer as PendingTimer)
  }

  /** How many timers have not fired. */
  get pending(): number {
    return this.#timers.size
  }

  /** Advances the time, and fires the timers that are due on the way, in order. */
  tick(duration: number): void {
    const end = this.#now + duration
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#now = next.at
      this.#timers.delete(next)
      next.callback()
    }
    this.#now = end
  }

  #next(end: number): PendingTimer | undefined {
    let next: PendingTimer | undefined
    for (const timer of this.#timers) if (timer.at <= end && (!next || timer.at < next.at)) next = timer
    return next
  }
}
