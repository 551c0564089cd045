import { createDirect, startCandidates, stopCandidates } from '../candidates/candidates.ts'
import { buildPages, compare, summarize } from '../harness/measure.ts'
import { formatNumber, formatSummary } from '../report/markdown.ts'
import type { Scenario } from './scenario.ts'

/** The latency that the service adds without concurrent requests. */
export const latency: Scenario = async ({ postgrest, rounds, quick, progress }) => {
  const requests = quick ? 300 : 1_500
  const candidates = await startCandidates(postgrest, ['baseline', 'shipped'])
  const bare = createDirect(postgrest)
  const demand = {
    upstream: postgrest,
    clients: 1,
    pages: buildPages(1, true),
    warmUp: 4 * requests,
    requests,
    rounds,
    progress
  }
  const samples = await compare(
    [
      createDirect({ ...postgrest, url: postgrest.restUrl }, 'PostgREST without the hop', '/'),
      bare,
      ...Object.values(candidates)
    ],
    demand
  )
  await stopCandidates(candidates)

  const p50 = (one: typeof bare) => summarize(samples.get(one), (sample) => sample.p50)
  return {
    title: 'Added latency',
    about:
      `One client requests 10 molecules from the real PostgREST, ${formatNumber(requests, 0)} times in each round, directly and ` +
      'through this service or the baseline.',
    tables: [
      {
        title: 'One client',
        columns: ['', 'p50 ms', 'p99 ms', 'added to p50'],
        rows: [...samples].map(([one, rounds]) => [
          one.name,
          formatSummary(p50(one), 2),
          formatSummary(
            summarize(rounds, ({ p99 }) => p99),
            2
          ),
          one.child ? formatNumber(p50(one).median - p50(bare).median, 2) : ''
        ])
      }
    ],
    targets: [
      {
        ...{ name: 'p50 added by this service, one client', unit: ' ms', atMost: 0.3 },
        value: p50(candidates.shipped).median - p50(bare).median
      }
    ]
  }
}
