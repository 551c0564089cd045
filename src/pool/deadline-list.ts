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
export class DeadlineList<T extends { readonly since: number }> extends LinkedList<T> {
  readonly #options: DeadlineListOptions<T>
  /** Fires at the first deadline or before it; undefined when the list is empty. */
  #timer: Timer | undefined

  constructor(options: DeadlineListOptions<T>) {
    super()
    this.#options = options
  }

  override push(member: T): Place<T> {
    this.#timer ??= this.#options.clock.setTimeout(this.#expire, this.#options.timeout)
    return super.push(member)
  }

  override remove(place: Place<T>): void {
    super.remove(place)
    if (this.length || !this.#timer) return
    this.#options.clock.clearTimeout(this.#timer)
    this.#timer = undefined
  }

  readonly #expire = (): void => {
    const { timeout, clock, onExpire } = this.#options
    const now = clock.now()
    const getDeadline = ({ since }: T) => since + timeout
    const fired = this.#timer
    let { first } = this
    while (first && getDeadline(first) <= now) {
      onExpire(first)
      first = this.first
    }
    // A list that was empty meanwhile has a timer of its own.
    if (first && this.#timer === fired) this.#timer = clock.setTimeout(this.#expire, getDeadline(first) - now)
  }
}
