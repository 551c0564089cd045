import { type Candidate, createDirect, startCached, startCandidates, stopCandidates } from '../candidates/candidates.ts'
import { compare, compareFigures, type Sample } from '../harness/measure.ts'
import { buildLoadTable } from '../report/load-table.ts'
import type { Scenario } from './scenario.ts'

const CLIENTS = 10
const MANY_PAGES = 100

/** What a response from the service's cache costs, beside the same without it and PostgREST alone. */
export const cache: Scenario = async ({ postgrest, rounds, quick, progress }) => {
  const requests = quick ? 2_000 : 10_000
  const candidates = { ...(await startCandidates(postgrest, ['shipped'])), cached: await startCached(postgrest) }
  const bare = createDirect(postgrest)
  const run = (pages: number) =>
    compare([bare, candidates.shipped, candidates.cached], {
      ...{ upstream: postgrest, clients: CLIENTS, warmUp: requests, requests, rounds },
      pages: Array.from({ length: pages }, (_, offset) => ({ limit: 10, offset })),
      progress: (text) => progress(`${pages} pages: ${text}`)
    })
  const one = await run(1)
  const many = await run(MANY_PAGES)
  await stopCandidates(candidates)

  const ratio = (samples: Samples, other: Candidate, figure: (sample: Sample) => number) =>
    compareFigures(samples, candidates.cached, other, figure)
  const rate = (sample: Sample) => sample.rate
  return {
    title: 'The cache',
    about:
      `${CLIENTS} clients request 10 molecules (1.9 kB) from the real PostgREST directly, through this service with its ` +
      'default settings, and through it with a cache that has the pages (`CACHE_SECONDS=3600`).',
    tables: [
      buildLoadTable('The same page for all clients', one),
      buildLoadTable(`${MANY_PAGES} pages, no two clients with the same one`, many)
    ],
    targets: [
      { name: 'requests/s, 10 clients, 100 pages: cached / direct', value: ratio(many, bare, rate), atLeast: 10 },
      {
        name: 'CPU, 100 pages: cached / without the cache',
        value: ratio(many, candidates.shipped, ({ cpu }) => cpu),
        atMost: 0.5
      }
    ]
  }
}

type Samples = ReadonlyMap<Candidate, Sample[]>
