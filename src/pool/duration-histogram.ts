/** How long things took, by upper bound; all times are milliseconds. */
export class DurationHistogram {
  /** A fast answer's time to the longest that a caller waits: for a connection, and for Supabase. */
  static readonly bounds: readonly number[] = [2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 20_000]

  /** How many took no longer than the bound at this place and longer than the one before it; the last, longer than all. */
  readonly counts: number[] = Array.from({ length: DurationHistogram.bounds.length + 1 }, () => 0)
  sum = 0

  record(duration: number): void {
    const { bounds } = DurationHistogram
    let place = 0
    while (place < bounds.length && duration > (bounds[place] as number)) place++
    this.counts[place] = (this.counts[place] as number) + 1
    this.sum += duration
  }
}
