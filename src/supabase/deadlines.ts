/** Something that must be over in time. */
export interface Timed {
  onDeadline(): void
}

/**
 * Deadlines of one length, one timer for all of them: they are reached in the order in which they were set, and hardly one
 * ever is, so that a timer for each would be made only to be cleared.
 */
export class Deadlines {
  /** Milliseconds. */
  readonly #length: number
  readonly #due = new Map<Timed, number>()
  #timer: NodeJS.Timeout | undefined

  constructor(length: number) {
    this.#length = length
  }

  set(timed: Timed): void {
    this.#due.set(timed, performance.now() + this.#length)
    this.#timer ??= setTimeout(this.#onTimer, this.#length).unref()
  }

  clear(timed: Timed): void {
    this.#due.delete(timed)
  }

  readonly #onTimer = (): void => {
    this.#timer = undefined
    const now = performance.now()
    for (const [timed, due] of this.#due) {
      if (due > now) {
        this.#timer = setTimeout(this.#onTimer, due - now).unref()
        return
      }
      this.#due.delete(timed)
      timed.onDeadline()
    }
  }
}
