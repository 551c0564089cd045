import type { Metric } from 'prom-client'
import { DurationHistogram } from '../pool/duration-histogram.ts'

const SECOND_MS = 1000
/** The upper bounds of all histograms' buckets. */
const BUCKETS_SECONDS = DurationHistogram.bounds.map((bound) => bound / SECOND_MS)

type Labels = Readonly<Record<string, string | number>>

/** Durations with these labels. */
export interface Series {
  readonly labels: Labels
  readonly durations: DurationHistogram
}

/**
 * A histogram for prom-client's registry of durations that are counted elsewhere. prom-client's own histogram looks at every label
 * in each call, which would cost 3 % of a request.
 */
export function createHistogramMetric(name: string, help: string, all: () => Iterable<Series>): Metric {
  const metric = { name, help, type: 'histogram', aggregator: 'sum' }
  const get = async () => ({ ...metric, values: [...all()].flatMap((series) => toValues(name, series)) })
  return { ...metric, get } as unknown as Metric
}

/** In seconds, the buckets cumulative. */
function toValues(name: string, { labels, durations }: Series) {
  let count = 0
  const buckets = durations.counts.map((more, i) => {
    count += more
    return { metricName: `${name}_bucket`, labels: { le: BUCKETS_SECONDS[i] ?? '+Inf', ...labels }, value: count }
  })
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: durations.sum / SECOND_MS },
    { metricName: `${name}_count`, labels, value: count }
  ]
}
