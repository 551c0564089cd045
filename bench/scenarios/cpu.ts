import { type Candidate, candidateNames, direct, startCandidates, stopCandidates } from '../candidates/candidates.ts'
import { figure, pagesFor, race, type Sample } from '../harness/measure.ts'
import { barChart } from '../report/chart.ts'
import { number, spread, type Table } from '../report/markdown.ts'
import type { Scenario } from './scenario.ts'

const CLIENTS = 10

/** What an answer costs a candidate's own process, while its upstream costs next to nothing. */
export const cpu: Scenario = async ({ replay, rounds, quick, progress }) => {
  const requests = quick ? 3_000 : 20_000
  const warmUp = requests / 2
  const candidates = await startCandidates(replay, candidateNames)
  const { floor, shipped, silent, proxy, supabaseJs } = candidates
  // Not compared: it shows that neither the upstream nor the clients are what limits the others.
  const ceiling = direct(replay, 'the recorded answer itself')
  const run = (same: boolean) =>
    race([ceiling, ...Object.values(candidates)], {
      ...{ upstream: replay, clients: CLIENTS, pages: pagesFor(CLIENTS, same), warmUp, requests, rounds },
      progress: (text) => progress(`${same ? 'the same page' : 'different pages'}: ${text}`)
    })
  const same = await run(true)
  const different = await run(false)
  await stopCandidates(candidates)

  const logged = figure(different.get(shipped), (sample) => sample.logged).median
  const ratio = (samples: Samples, one: Candidate, other: Candidate) => median(samples, one) / median(samples, other)
  return {
    title: 'CPU per request',
    about:
      `${CLIENTS} clients ask for 10 molecules (1.9 kB), ${number(requests, 0)} times in each round. The upstream is a ` +
      'process that replays a recorded answer of the real PostgREST. CPU is what the process of the candidate itself ' +
      'used. Each opens 10 connections to its upstream at most, but for supabase-js, which opens as many as it likes.\n\n' +
      'This service has its default settings; its log goes into a pipe that another process reads to the end, ' +
      `${number(logged, 0)} bytes per request. The others log nothing, check no more than the page, and set neither ` +
      "ETag nor Link. http-proxy makes no envelope: PostgREST's answer is passed through.\n\n" +
      'Callers who ask this service for the same at the same time share one request to the upstream. Where each ' +
      'asks for pages of his own nobody can share, and all candidates do the same work.',
    tables: [tableOf('All ask for the same page', same), tableOf('Each asks for pages of his own', different)],
    chart: barChart(
      'CPU per request, in µs, where each asks for pages of his own',
      Object.values(candidates).map((one) => ({
        label: one.name,
        value: median(different, one),
        own: one === shipped || one === silent
      }))
    ),
    targets: [
      ...[
        { samples: same, pages: 'same page' },
        { samples: different, pages: 'own pages' }
      ].flatMap(({ samples, pages }) => [
        { name: `CPU, ${pages}: this service / floor`, value: ratio(samples, shipped, floor), atMost: 1.5 },
        { name: `CPU, ${pages}: this service, silent / floor`, value: ratio(samples, silent, floor), atMost: 1.25 },
        { name: `CPU, ${pages}: this service / http-proxy`, value: ratio(samples, shipped, proxy), atMost: 0.65 },
        { name: `CPU, ${pages}: this service / supabase-js`, value: ratio(samples, shipped, supabaseJs), atMost: 0.3 }
      ])
    ]
  }
}

type Samples = ReadonlyMap<Candidate, Sample[]>

function median(samples: Samples, candidate: Candidate): number {
  return figure(samples.get(candidate), ({ cpu }) => cpu).median
}

function tableOf(title: string, samples: Samples): Table {
  return {
    title,
    columns: ['', 'CPU µs/request', 'requests/s', 'p50 ms', 'p99 ms', 'RSS MB'],
    rows: [...samples].map(([{ name }, rounds]) => [
      name,
      spread(figure(rounds, ({ cpu }) => cpu)),
      spread(
        figure(rounds, ({ rate }) => rate),
        0
      ),
      number(figure(rounds, ({ p50 }) => p50).median, 2),
      number(figure(rounds, ({ p99 }) => p99).median, 2),
      number(figure(rounds, ({ memory }) => memory).median, 0)
    ])
  }
}
