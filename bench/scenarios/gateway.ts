import {
  type Candidate,
  createDirect,
  startCandidates,
  startGateway,
  stopCandidates
} from '../candidates/candidates.ts'
import { buildPages, compare, compareFigures, type Sample, summarize } from '../harness/measure.ts'
import { buildLoadTable } from '../report/load-table.ts'
import type { Scenario } from './scenario.ts'

const CLIENTS = 10
const MANY_CLIENTS = 50
const TURNS = 10

/** What the gateway to the Data API costs, beside a reverse proxy and PostgREST alone. */
export const gateway: Scenario = async ({ postgrest, replay, rounds, quick, progress }) => {
  const requests = quick ? 3_000 : 20_000
  const cpu = { ...(await startCandidates(replay, ['proxy'])), gateway: await startGateway(replay) }
  const costs = await compare(Object.values(cpu), {
    ...{
      upstream: replay,
      clients: CLIENTS,
      pages: buildPages(CLIENTS, false),
      warmUp: requests,
      requests,
      rounds,
      turns: TURNS
    },
    progress: (text) => progress(`CPU: ${text}`)
  })
  await stopCandidates(cpu)

  const bare = createDirect(postgrest)
  const relay = await startGateway(postgrest)
  const run = (clients: number, count: number) =>
    compare([bare, relay], {
      ...{ upstream: postgrest, clients, pages: buildPages(clients, false), warmUp: count, requests: count, rounds },
      progress: (text) => progress(`${clients} clients: ${text}`)
    })
  const one = await run(1, requests / 10)
  const many = await run(MANY_CLIENTS, requests / 4)
  await stopCandidates({ relay })

  const median = (samples: Samples, candidate: Candidate, figure: (sample: Sample) => number) =>
    summarize(samples.get(candidate), figure).median
  return {
    title: 'The gateway',
    about:
      '10 molecules (1.9 kB) through the gateway to the Data API, with its default settings, beside `@fastify/http-proxy` and ' +
      'PostgREST alone. No two clients request the same page at a time, so that no read is shared. CPU is measured with ' +
      `${CLIENTS} clients and a recorded response, all else with the real PostgREST.`,
    tables: [
      buildLoadTable(`${CLIENTS} clients, a recorded response`, costs),
      buildLoadTable('One client, PostgREST', one),
      buildLoadTable(`${MANY_CLIENTS} clients, PostgREST`, many)
    ],
    targets: [
      {
        name: 'CPU per request: gateway / @fastify/http-proxy',
        value: compareFigures(costs, cpu.gateway, cpu.proxy, ({ cpu }) => cpu),
        atMost: 0.6
      },
      {
        ...{ name: 'p50 added by the gateway, one client', unit: ' ms', atMost: 0.25 },
        value: median(one, relay, ({ p50 }) => p50) - median(one, bare, ({ p50 }) => p50)
      },
      {
        name: 'requests/s, 50 clients, different pages: gateway / direct',
        value: compareFigures(many, relay, bare, ({ rate }) => rate),
        atLeast: 0.85
      }
    ]
  }
}

type Samples = ReadonlyMap<Candidate, Sample[]>
