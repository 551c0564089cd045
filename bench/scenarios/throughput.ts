import { type Candidate, direct, startCandidates, stopCandidates } from '../candidates/candidates.ts'
import { figure, pagesFor, race, type Sample } from '../harness/measure.ts'
import { number, spread, type Table } from '../report/markdown.ts'
import type { Scenario } from './scenario.ts'

const CLIENTS = 50

/** How many answers per second there are through the service and without it. */
export const throughput: Scenario = async ({ postgrest, rounds, quick, progress }) => {
  const requests = quick ? 1_000 : 5_000
  const candidates = await startCandidates(postgrest, ['shipped'])
  const { shipped } = candidates
  const bare = direct(postgrest)
  const run = (same: boolean) =>
    race([bare, shipped], {
      ...{ upstream: postgrest, clients: CLIENTS, pages: pagesFor(CLIENTS, same), warmUp: requests, requests, rounds },
      progress: (text) => progress(`${same ? 'the same page' : 'different pages'}: ${text}`)
    })
  const same = await run(true)
  const different = await run(false)
  await stopCandidates(candidates)

  const ratio = (samples: Map<Candidate, Sample[]>) =>
    rateOf(samples.get(shipped)).median / rateOf(samples.get(bare)).median
  return {
    title: 'Requests per second in front of PostgREST',
    about:
      `${CLIENTS} clients ask the real PostgREST over the real PostgreSQL for 10 molecules of 100,000, by themselves and ` +
      `through this service with its default settings, ${number(requests, 0)} times in each round. All of it shares one ` +
      'machine, so that what the service uses is missing to PostgREST.\n\n' +
      'PostgREST cannot be told to answer below /rest/v1/, where Supabase has it, so a process between passes the bytes ' +
      'on with that prefix taken away: for those who ask directly too.',
    tables: [tableOf('All ask for the same page', same), tableOf('Each asks for pages of his own', different)],
    targets: [
      { name: 'requests/s, 50 clients, same page: this service / directly', value: ratio(same), atLeast: 5 },
      { name: 'requests/s, 50 clients, own pages: this service / directly', value: ratio(different), atLeast: 0.65 }
    ]
  }
}

function rateOf(samples: readonly Sample[] | undefined) {
  return figure(samples, ({ rate }) => rate)
}

function tableOf(title: string, samples: ReadonlyMap<Candidate, Sample[]>): Table {
  return {
    title,
    columns: ['', 'requests/s', 'p50 ms', 'p99 ms', 'CPU µs/request'],
    rows: [...samples].map(([{ name }, rounds]) => [
      name,
      spread(rateOf(rounds), 0),
      number(figure(rounds, ({ p50 }) => p50).median, 2),
      number(figure(rounds, ({ p99 }) => p99).median, 2),
      number(figure(rounds, ({ cpu }) => cpu).median)
    ])
  }
}
