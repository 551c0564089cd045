import type { Clock, Timer } from '../../../src/pool/clock.ts'

interface Alarm extends Timer {
  at: number
  ring: () => void
}

/** A clock that a test moves by hand. Times are milliseconds and may have fractions. */
export class ManualClock implements Clock {
  #now = 0
  readonly #alarms = new Set<Alarm>()

  now(): number {
    return this.#now
  }

  setTimeout(ring: () => void, delay: number): Timer {
    const alarm: Alarm = { at: this.#now + delay, ring, unref: () => alarm }
    this.#alarms.add(alarm)
    return alarm
  }

  clearTimeout(timer: Timer): void {
    this.#alarms.delete(timer as Alarm)
  }

  /** Timers that have not gone off. */
  get pending(): number {
    return this.#alarms.size
  }

  /** Moves on, and rings what is due on the way, in order. */
  tick(duration: number): void {
    const end = this.#now + duration
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#now = next.at
      this.#alarms.delete(next)
      next.ring()
    }
    this.#now = end
  }

  #next(end: number): Alarm | undefined {
    let next: Alarm | undefined
    for (const alarm of this.#alarms) if (alarm.at <= end && (!next || alarm.at < next.at)) next = alarm
    return next
  }
}
