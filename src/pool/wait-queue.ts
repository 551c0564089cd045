import { onAbort, type Signal } from './abort.ts'
import type { Clock } from './clock.ts'
import { DeadlineList } from './deadline-list.ts'
import { AcquireTimeoutError } from './errors.ts'
import type { HeaderConnection, LeaseHolder } from './header-connection.ts'
import { LinkedList, type Place } from './linked-list.ts'
import type { Statistics } from './statistics.ts'

/** A request for a connection that may have to wait for one. Either `grant` or `reject` is called. */
export interface Waiter extends LeaseHolder {
  grant(connection: HeaderConnection): void
  reject(error: Error): void
  /** Ends the wait. */
  readonly signal: Signal | undefined
  /** Whether it goes before all others, however many there are. */
  readonly priority: boolean
  /** Whose it is: callers take turns. Read only if it has to wait. */
  readonly caller: string
}

interface Entry {
  readonly waiter: Waiter
  readonly since: number
  readonly line: Line
  /** In its line. */
  place: Place<Entry> | undefined
  /** Among all; undefined once it has been removed. */
  arrival: Place<Entry> | undefined
  stopListening: (() => void) | undefined
}

/** The waiters of one caller, the next one first. */
interface Line {
  readonly caller: string
  readonly entries: LinkedList<Entry>
  /** Undefined for the line that goes before all others. */
  turn: Place<Line> | undefined
}

export interface WaitQueueOptions {
  /** What error messages call the origin. */
  name: string
  /** How long each may wait, in milliseconds. */
  timeout: number
  clock: Clock
  statistics: Statistics
  /** A waiter has left without a connection, by its signal or at its deadline. */
  onLeave: () => void
}

/**
 * Waiters, each with a deadline and perhaps an abort signal. Callers take turns, so that many waiters of one do not hold up
 * those of another; each caller's own are served in the order in which they came.
 */
export class WaitQueue {
  readonly #options: WaitQueueOptions
  /** All of them, in the order in which they came. */
  readonly #arrivals: DeadlineList<Entry>
  readonly #urgent = createLine('')
  readonly #lines = new Map<string, Line>()
  /** The lines, that of the caller whose turn it is first. */
  readonly #turns = new LinkedList<Line>()

  constructor(options: WaitQueueOptions) {
    const { name, timeout, clock, statistics } = options
    this.#options = options
    this.#arrivals = new DeadlineList({
      timeout,
      clock,
      onExpire: (entry) => {
        statistics.timeouts++
        this.#leave(entry, new AcquireTimeoutError(name, timeout))
      }
    })
  }

  get length(): number {
    return this.#arrivals.length
  }

  /** Queues a waiter behind those of its caller. */
  push(waiter: Waiter, now: number): void {
    const entry = this.#createEntry(waiter, this.#findLine(waiter.caller), now)
    entry.place = entry.line.entries.push(entry)
  }

  /** Queues a waiter before all others. */
  unshift(waiter: Waiter, now: number): void {
    const entry = this.#createEntry(waiter, this.#urgent, now)
    entry.place = entry.line.entries.unshift(entry)
  }

  /** Removes the waiter that is served next. */
  shift(now: number): Waiter | undefined {
    const entry = this.#urgent.entries.first ?? this.#takeTurn()
    if (!entry) return undefined
    this.#remove(entry)
    this.#options.statistics.recordWait(now - entry.since)
    return entry.waiter
  }

  /** Removes the newest waiter of the caller that has most; where several have as many, the one that came last of all. */
  pop(): Waiter {
    let { line } = this.#arrivals.last as Entry
    for (const other of this.#turns) if (other.entries.length > line.entries.length) line = other
    const entry = line.entries.last as Entry
    this.#remove(entry)
    return entry.waiter
  }

  rejectAll(error: Error): void {
    // A copy: a rejected caller may queue again at once.
    for (const entry of [...this.#arrivals]) {
      if (this.#remove(entry)) entry.waiter.reject(error)
    }
  }

  #createEntry(waiter: Waiter, line: Line, now: number): Entry {
    const entry: Entry = {
      waiter,
      since: now,
      line,
      place: undefined,
      arrival: undefined,
      stopListening: waiter.signal && onAbort(waiter.signal, (reason) => this.#leave(entry, reason))
    }
    entry.arrival = this.#arrivals.push(entry)
    return entry
  }

  #findLine(caller: string): Line {
    let line = this.#lines.get(caller)
    if (!line) {
      line = createLine(caller)
      line.turn = this.#turns.push(line)
      this.#lines.set(caller, line)
    }
    return line
  }

  /** The next waiter of the caller whose turn it is. */
  #takeTurn(): Entry | undefined {
    const line = this.#turns.first
    this.#turns.rotate()
    return line?.entries.first
  }

  #leave(entry: Entry, reason: Error): void {
    if (!this.#remove(entry)) return
    entry.waiter.reject(reason)
    this.#options.onLeave()
  }

  /** False when it has been removed before. */
  #remove(entry: Entry): boolean {
    const { line, place, arrival } = entry
    if (!arrival) return false
    entry.arrival = undefined
    this.#arrivals.remove(arrival)
    line.entries.remove(place as Place<Entry>)
    if (line.turn && !line.entries.length) {
      this.#turns.remove(line.turn)
      this.#lines.delete(line.caller)
    }
    entry.stopListening?.()
    return true
  }
}

function createLine(caller: string): Line {
  return { caller, entries: new LinkedList(), turn: undefined }
}
