import { direct, startCandidates, stopCandidates } from '../candidates/candidates.ts'
import { figure, pagesFor, race } from '../harness/measure.ts'
import { number, spread } from '../report/markdown.ts'
import type { Scenario } from './scenario.ts'

/** How much later an answer is there when nobody else asks. */
export const latency: Scenario = async ({ postgrest, rounds, quick, progress }) => {
  const requests = quick ? 300 : 1_500
  const candidates = await startCandidates(postgrest, ['floor', 'shipped'])
  const bare = direct(postgrest)
  const demand = {
    upstream: postgrest,
    clients: 1,
    pages: pagesFor(1, true),
    warmUp: 4 * requests,
    requests,
    rounds,
    progress
  }
  const samples = await race(
    [
      direct({ ...postgrest, url: postgrest.restUrl }, 'PostgREST without the hop', '/'),
      bare,
      ...Object.values(candidates)
    ],
    demand
  )
  await stopCandidates(candidates)

  const p50 = (one: typeof bare) => figure(samples.get(one), (sample) => sample.p50)
  return {
    title: 'Added latency',
    about:
      `One client asks the real PostgREST for 10 molecules, ${number(requests, 0)} times in each round, by himself and ` +
      'through this service or the floor.',
    tables: [
      {
        title: 'One client',
        columns: ['', 'p50 ms', 'p99 ms', 'added to p50'],
        rows: [...samples].map(([one, rounds]) => [
          one.name,
          spread(p50(one), 2),
          spread(
            figure(rounds, ({ p99 }) => p99),
            2
          ),
          one.child ? number(p50(one).median - p50(bare).median, 2) : ''
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
