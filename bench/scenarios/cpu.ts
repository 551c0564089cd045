import {
  type Candidate,
  candidateNames,
  createDirect,
  startCandidates,
  stopCandidates
} from '../candidates/candidates.ts'
import { buildPages, compare, compareFigures, type Sample, summarize } from '../harness/measure.ts'
import { barChart } from '../report/chart.ts'
import { formatNumber, formatSummary, type Table } from '../report/markdown.ts'
import type { Scenario } from './scenario.ts'

const CLIENTS = 10
const TURNS = 10

/** CPU time per request of a candidate's process, in front of an upstream that uses very little. */
export const cpu: Scenario = async ({ replay, rounds, quick, progress }) => {
  const requests = quick ? 3_000 : 20_000
  const candidates = await startCandidates(replay, candidateNames)
  const { baseline, shipped, silent, proxy, request, supabaseJs } = candidates
  // No candidate: it shows that neither the upstream nor the clients limit the others.
  const ceiling = createDirect(replay, 'the recorded response itself')
  const run = (same: boolean) =>
    compare([ceiling, ...Object.values(candidates)], {
      ...{
        upstream: replay,
        clients: CLIENTS,
        pages: buildPages(CLIENTS, same),
        warmUp: requests,
        requests,
        rounds,
        turns: TURNS
      },
      progress: (text) => progress(`${same ? 'the same page' : 'different pages'}: ${text}`)
    })
  const same = await run(true)
  const different = await run(false)
  await stopCandidates(candidates)

  const logged = summarize(different.get(shipped), (sample) => sample.logged).median
  const ratio = (samples: Samples, one: Candidate, other: Candidate) =>
    compareFigures(samples, one, other, ({ cpu }) => cpu)
  return {
    title: 'CPU per request',
    about:
      `${CLIENTS} clients request 10 molecules (1.9 kB), ${formatNumber(requests, 0)} times in each round of ${TURNS} turns. The upstream is a ` +
      'process that replays a recorded response of the real PostgREST. CPU is the time of the ' +
      "candidate's own process. Each opens at most 10 connections to its upstream, except supabase-js, which has no limit.\n\n" +
      'This service has its default settings; its log goes into a pipe that another process reads to the end, ' +
      `${formatNumber(logged, 0)} bytes per request. The others log nothing, validate the page alone, and set neither ` +
      "ETag nor Link. http-proxy adds no envelope: it passes on PostgREST's response.\n\n" +
      'This service coalesces concurrent identical reads into one request to the upstream. With different pages there ' +
      'is nothing to coalesce, and all candidates do the same work.',
    tables: [
      buildTable('The same page for all clients', same),
      buildTable('Different pages for each client', different)
    ],
    chart: barChart(
      'CPU per request in µs, with different pages for each client',
      Object.values(candidates).map((one) => ({
        label: one.name,
        value: median(different, one),
        isOurs: one === shipped || one === silent
      }))
    ),
    targets: [
      ...[
        { samples: same, pages: 'same page' },
        { samples: different, pages: 'different pages' }
      ].flatMap(({ samples, pages }) => [
        { name: `CPU, ${pages}: this service / baseline`, value: ratio(samples, shipped, baseline), atMost: 1.5 },
        {
          name: `CPU, ${pages}: this service, silent / baseline`,
          value: ratio(samples, silent, baseline),
          atMost: 1.25
        },
        { name: `CPU, ${pages}: this service / http-proxy`, value: ratio(samples, shipped, proxy), atMost: 0.65 },
        { name: `CPU, ${pages}: this service / supabase-js`, value: ratio(samples, shipped, supabaseJs), atMost: 0.3 }
      ]),
      ...[
        { service: shipped, name: 'this service', atMost: 1.15 },
        { service: silent, name: 'this service, silent', atMost: 1 }
      ].map(({ service, name, atMost }) => ({
        name: `CPU, different pages: ${name} / undici.request`,
        value: ratio(different, service, request),
        atMost
      }))
    ]
  }
}

type Samples = ReadonlyMap<Candidate, Sample[]>

function median(samples: Samples, candidate: Candidate): number {
  return summarize(samples.get(candidate), ({ cpu }) => cpu).median
}

function buildTable(title: string, samples: Samples): Table {
  return {
    title,
    columns: ['', 'CPU µs/request', 'requests/s', 'p50 ms', 'p99 ms', 'RSS MB'],
    rows: [...samples].map(([{ name }, rounds]) => [
      name,
      formatSummary(summarize(rounds, ({ cpu }) => cpu)),
      formatSummary(
        summarize(rounds, ({ rate }) => rate),
        0
      ),
      formatNumber(summarize(rounds, ({ p50 }) => p50).median, 2),
      formatNumber(summarize(rounds, ({ p99 }) => p99).median, 2),
      formatNumber(summarize(rounds, ({ memory }) => memory).median, 0)
    ])
  }
}
