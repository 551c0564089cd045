import type { Metric, Registry } from 'prom-client'
import { DurationHistogram } from '../pool/duration-histogram.ts'

/** Label values by name. */
type Labels = Readonly<Record<string, string>>

const SECOND_MS = 1000

/**
 * A histogram in prom-client's registry over durations that are counted outside it: in the pool, which knows nothing of
 * metrics, and by requests, for which prom-client's own histogram would hash and check the labels each time.
 */
export class HistogramMetric {
  readonly name: string
  readonly help: string
  readonly type = 'histogram'
  readonly aggregator = 'sum'
  readonly #series = new Map<string, { labels: Labels; durations: DurationHistogram }>()

  constructor(registry: Registry, name: string, help: string) {
    this.name = name
    this.help = help
    registry.registerMetric(this as unknown as Metric)
  }

  /** The durations with these labels, named by `key`; `labels` is asked when they are new. */
  series(key: string, labels: () => Labels): DurationHistogram {
    const known = this.#series.get(key)
    if (known) return known.durations
    const durations = new DurationHistogram()
    this.add(durations, labels(), key)
    return durations
  }

  /** Adds durations that are recorded elsewhere. */
  add(durations: DurationHistogram, labels: Labels = {}, key = ''): void {
    this.#series.set(key, { labels, durations })
  }

  /** What the registry shows: every series in seconds, its buckets cumulative. */
  async get(): Promise<object> {
    const { name, help, type, aggregator } = this
    const values = [...this.#series.values()].flatMap(({ labels, durations }) => {
      let count = 0
      const buckets = durations.counts.map((more, i) => {
        const bound = DurationHistogram.bounds[i]
        count += more
        const le = bound === undefined ? '+Inf' : bound / SECOND_MS
        return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: count }
      })
      return [
        ...buckets,
        { metricName: `${name}_sum`, labels, value: durations.sum / SECOND_MS },
        { metricName: `${name}_count`, labels, value: count }
      ]
    })
    return { name, help, type, aggregator, values }
  }
}
