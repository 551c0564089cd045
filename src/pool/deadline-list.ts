import type { Clock, Timer } from './clock.ts'
import { LinkedList, type Place } from './linked-list.ts'

interface DeadlineListOptions<T> {
  /** How long after `since` a member expires, in milliseconds. */
  timeout: number
  clock: Clock
  /** Must remove the member. */
  onExpire: (member: T) => void
}

/** Members that expire, in the order of their deadlines: each is added at its `since`. One timer is enough for all of them. */
export class DeadlineList<T extends { readonly since: number }> {
  /** Not inherited from: lists of two kinds are slower, a contended acquire by a tenth. */
  readonly #members = new LinkedList<T>()
  readonly #options: DeadlineListOptions<T>
  /** Fires at the first deadline or before it; undefined when the list is empty. */
  #timer: Timer | undefined

  constructor(options: DeadlineListOptions<T>) {
    this.#options = options
  }

  get last(): T | undefined {
    return this.#members.last
  }

  get length(): number {
    return this.#members.length
  }

  push(member: T): Place<T> {
    this.#timer ??= this.#options.clock.setTimeout(this.#expire, this.#options.timeout)
    return this.#members.push(member)
  }

  remove(place: Place<T>): void {
    this.#members.remove(place)
    if (this.#members.length || !this.#timer) return
    this.#options.clock.clearTimeout(this.#timer)
    this.#timer = undefined
  }

  readonly #expire = (): void => {
    const { timeout, clock, onExpire } = this.#options
    const now = clock.now()
    const getDeadline = ({ since }: T) => since + timeout
    const fired = this.#timer
    let { first } = this.#members
    while (first && getDeadline(first) <= now) {
      onExpire(first)
      first = this.#members.first
    }
    // A list that was empty meanwhile has a timer of its own.
    if (first && this.#timer === fired) this.#timer = clock.setTimeout(this.#expire, getDeadline(first) - now)
  };

  [Symbol.iterator](): Iterator<T> {
    return this.#members[Symbol.iterator]()
  }
}
