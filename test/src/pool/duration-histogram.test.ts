import t from 'tap'
import { DurationHistogram } from '../../../src/pool/duration-histogram.ts'

t.test('a duration is counted at the first bound that it does not exceed, or above all bounds', (t) => {
  const { bounds } = DurationHistogram
  t.strictSame(bounds, [2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 20_000])
  const histogram = new DurationHistogram()
  for (const bound of bounds) {
    histogram.record(bound)
    histogram.record(bound + 0.1)
  }
  t.strictSame(histogram.counts, [1, ...bounds.slice(1).map(() => 2), 1])
  const sum = bounds.reduce((sum, bound) => sum + 2 * bound + 0.1, 0)
  t.ok(Math.abs(histogram.sum - sum) < 1e-6)
  t.end()
})
