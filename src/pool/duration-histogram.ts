/** How long things took, by upper bound; all times are milliseconds. */
export class DurationHistogram {
  /** From a fast response to the longest that a caller waits: for a connection, then for the response. */
  static readonly bounds: readonly number[] = [2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 20_000]

  /** How many took longer than the bound before and no longer than this one; the last, longer than all. */
  readonly counts: number[] = Array.from({ length: DurationHistogram.bounds.length + 1 }, () => 0)
  sum = 0

  record(duration: number): void {
    const { bounds } = DurationHistogram
    let index = 0
    while (index < bounds.length && duration > (bounds[index] as number)) index++
    this.counts[index] = (this.counts[index] as number) + 1
    this.sum += duration
  }
}
