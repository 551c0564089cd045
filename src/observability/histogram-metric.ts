import type { Metric } from 'prom-client'
import { DurationHistogram } from '../pool/duration-histogram.ts'

export const SECOND_MS = 1000
/** The upper bounds of all histograms' buckets. */
export const BUCKETS_SECONDS = DurationHistogram.bounds.map((bound) => bound / SECOND_MS)

/** A histogram for prom-client's registry of durations that are counted elsewhere: in the pool, which knows no metrics. */
export function createHistogramMetric(name: string, help: string, durations: DurationHistogram): Metric {
  const metric = { name, help, type: 'histogram', aggregator: 'sum' }
  /** In seconds, its buckets cumulative. */
  const get = async () => {
    let count = 0
    const buckets = durations.counts.map((more, i) => {
      count += more
      return { metricName: `${name}_bucket`, labels: { le: BUCKETS_SECONDS[i] ?? '+Inf' }, value: count }
    })
    const values = [
      ...buckets,
      { metricName: `${name}_sum`, labels: {}, value: durations.sum / SECOND_MS },
      { metricName: `${name}_count`, labels: {}, value: count }
    ]
    return { ...metric, values }
  }
  return { ...metric, get } as unknown as Metric
}
