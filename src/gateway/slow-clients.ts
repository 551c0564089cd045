/** How long a connection of the pool may wait for a client before that one counts as slow. */
const GRACE_MS = 1_000

/**
 * The clients that connections of the pool wait for, to send the rest of a request or to take a response. No more than `max`
 * connections do so for long, or a few slow clients would use up the pool: beyond that the one that has waited longest is
 * given up.
 */
export class SlowClients {
  readonly #max: number
  /** What gives them up; the one that has waited longest comes first. */
  readonly #slow = new Set<() => void>()

  constructor(max: number) {
    this.#max = max
  }

  /**
   * A connection waits from now on, until the function that this gives is called, or `giveUp` has been; before, it has waited
   * for `waited` milliseconds.
   */
  wait(giveUp: () => void, waited = 0): () => void {
    const timer = setTimeout(
      () => {
        this.#slow.add(giveUp)
        const [longest] = this.#slow as unknown as [() => void]
        if (this.#slow.size <= this.#max) return
        this.#slow.delete(longest)
        longest()
      },
      Math.max(0, GRACE_MS - waited)
    )
    return () => {
      clearTimeout(timer)
      this.#slow.delete(giveUp)
    }
  }
}
