import { type Candidate, createDirect, startCandidates, stopCandidates } from '../candidates/candidates.ts'
import { buildPages, compare, compareFigures, type Sample } from '../harness/measure.ts'
import { buildLoadTable } from '../report/load-table.ts'
import { formatNumber } from '../report/markdown.ts'
import type { Scenario } from './scenario.ts'

const CLIENTS = 50

/** Requests per second through the service and without it. */
export const throughput: Scenario = async ({ postgrest, rounds, quick, progress }) => {
  const requests = quick ? 1_000 : 5_000
  const candidates = await startCandidates(postgrest, ['shipped'])
  const { shipped } = candidates
  const bare = createDirect(postgrest)
  const run = (same: boolean) =>
    compare([bare, shipped], {
      ...{
        upstream: postgrest,
        clients: CLIENTS,
        pages: buildPages(CLIENTS, same),
        warmUp: requests,
        requests,
        rounds
      },
      progress: (text) => progress(`${same ? 'the same page' : 'different pages'}: ${text}`)
    })
  const same = await run(true)
  const different = await run(false)
  await stopCandidates(candidates)

  const ratio = (samples: Map<Candidate, Sample[]>) => compareFigures(samples, shipped, bare, ({ rate }) => rate)
  return {
    title: 'Requests per second in front of PostgREST',
    about:
      `${CLIENTS} clients request 10 molecules of 100,000 from the real PostgREST over the real PostgreSQL, directly and ` +
      `through this service with its default settings, ${formatNumber(requests, 0)} times in each round. All of it shares one ` +
      'machine, so that what the service uses is missing to PostgREST.\n\n' +
      'PostgREST has no setting for the path /rest/v1/ that it has in Supabase, so a process in front of it removes that ' +
      'prefix, for direct requests too.',
    tables: [
      buildLoadTable('The same page for all clients', same),
      buildLoadTable('Different pages for each client', different)
    ],
    targets: [
      { name: 'requests/s, 50 clients, same page: this service / direct', value: ratio(same), atLeast: 5 },
      { name: 'requests/s, 50 clients, different pages: this service / direct', value: ratio(different), atLeast: 0.65 }
    ]
  }
}
