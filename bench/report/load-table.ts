import type { Candidate } from '../candidates/candidates.ts'
import { type Sample, summarize } from '../harness/measure.ts'
import { formatNumber, formatSummary, type Table } from './markdown.ts'

/** What candidates did under a load, a row each. */
export function buildLoadTable(title: string, samples: ReadonlyMap<Candidate, Sample[]>): Table {
  return {
    title,
    columns: ['', 'requests/s', 'p50 ms', 'p99 ms', 'CPU µs/request'],
    rows: [...samples].map(([{ name }, rounds]) => [
      name,
      formatSummary(
        summarize(rounds, ({ rate }) => rate),
        0
      ),
      formatNumber(summarize(rounds, ({ p50 }) => p50).median, 2),
      formatNumber(summarize(rounds, ({ p99 }) => p99).median, 2),
      formatNumber(summarize(rounds, ({ cpu }) => cpu).median)
    ])
  }
}
