import { cursorAtEnd } from '../../src/resources/molecule-cursor.ts'
import { direct, startCandidates, stopCandidates, type Upstream } from '../candidates/candidates.ts'
import { type Demand, figure, pagesFor, race } from '../harness/measure.ts'
import { number } from '../report/markdown.ts'
import type { Bench, Scenario } from './scenario.ts'

/** Fewer than elsewhere: there is much to measure, and the differences are large. */
const ROUNDS = 3

/** What becomes of the service's share when pages, offsets or the number of clients grow. */
export const growth: Scenario = async (bench) => {
  const scale = bench.quick ? 0.1 : 1
  const one = (limit: number, offset: number, requests: number, cursor?: string) =>
    row(bench, `limit=${limit}&${cursor ? 'after=…' : `offset=${offset}`}`, {
      ...{ clients: 1, pages: [{ limit, offset, ...(cursor && { cursor }) }], requests: requests * scale }
    })
  const many = (clients: number) =>
    row(bench, number(clients, 0), {
      ...{ clients, pages: pagesFor(clients, false), requests: Math.max(3_000 * scale, clients) }
    })

  const pages = [await one(1, 0, 1_000), await one(10, 0, 1_000), await one(100, 0, 500), await one(1_000, 0, 200)]
  const cursor = await cursorTo(90_000, bench.postgrest)
  const offsets = [await one(10, 0, 1_000), await one(10, 90_000, 100), await one(10, 90_000, 100, cursor)]
  const clients = [await many(1), await many(10), await many(100), await many(1_000)]
  return {
    title: 'What does not grow',
    about:
      'In front of the real PostgREST over 100,000 molecules, with the service, PostgreSQL and the clients on one machine. «added» is what this service adds to the median time of an ' +
      'answer, and the share is of the time that the caller waits in all. RSS is that of a process which has done ' +
      `nothing else but be warmed up. Medians of ${roundsOf(bench)} rounds. With \`after\` the service asks ` +
      'for what comes behind a row, PostgREST asked directly still for the same page by its offset.',
    tables: [
      { title: 'Longer pages, one client', columns: ['page', ...columns], rows: pages },
      { title: 'Later pages, one client', columns: ['page', ...columns], rows: offsets },
      { title: 'More clients, each with pages of his own', columns: ['clients', ...columns], rows: clients }
    ],
    targets: []
  }
}

const columns = [
  ...['directly p50 ms', 'service p50 ms', 'added ms', "service's share", 'service p99 ms'],
  ...['requests/s', 'of direct', 'CPU µs/request', 'RSS MB']
]

/** The cursor to the page at this offset. */
async function cursorTo(offset: number, upstream: Upstream): Promise<string | undefined> {
  const { url, path, headers = {} } = direct(upstream)
  const response = await fetch(`${url}${path({ limit: 1, offset: offset - 1 })}`, { headers })
  const page = { count: 1, rows: Buffer.from(await response.arrayBuffer()) }
  return cursorAtEnd(page, { order: 'name.asc,id.asc', anchor: [], skip: 0 })
}

async function row(bench: Bench, name: string, demand: Demand): Promise<string[]> {
  const { postgrest: upstream, progress } = bench
  const candidates = await startCandidates(upstream, ['shipped'])
  const { shipped } = candidates
  const bare = direct(upstream)
  const samples = await race([bare, shipped], {
    ...{ ...demand, upstream, warmUp: bench.quick ? 500 : 5_000, rounds: roundsOf(bench) },
    progress: (text) => progress(`${name}: ${text}`)
  })
  await stopCandidates(candidates)

  const of = (candidate: typeof bare, value: 'p50' | 'p99' | 'rate' | 'cpu' | 'memory') =>
    figure(samples.get(candidate), (sample) => sample[value]).median
  const added = of(shipped, 'p50') - of(bare, 'p50')
  return [
    name,
    number(of(bare, 'p50'), 2),
    number(of(shipped, 'p50'), 2),
    number(added, 2),
    `${number((100 * added) / of(shipped, 'p50'), 0)} %`,
    number(of(shipped, 'p99'), 2),
    number(of(shipped, 'rate'), 0),
    `${number((100 * of(shipped, 'rate')) / of(bare, 'rate'), 0)} %`,
    number(of(shipped, 'cpu'), 0),
    number(of(shipped, 'memory'), 0)
  ]
}

function roundsOf({ rounds }: Bench): number {
  return Math.min(rounds, ROUNDS)
}
