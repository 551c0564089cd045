import { cursorAtEnd } from '../../src/resources/cursor.ts'
import { molecules } from '../../src/resources/molecules.ts'
import { createDirect, startCandidates, stopCandidates, type Upstream } from '../candidates/candidates.ts'
import { buildPages, compare, type Demand, summarize } from '../harness/measure.ts'
import { formatNumber } from '../report/markdown.ts'
import type { Bench, Scenario } from './scenario.ts'

/** Fewer than elsewhere: there is much to measure, and the differences are great. */
const ROUNDS = 3

/** How the service's share of the response time changes with pages, offsets and clients. */
export const growth: Scenario = async (bench) => {
  const scale = bench.quick ? 0.1 : 1
  const one = (limit: number, offset: number, requests: number, cursor?: string) =>
    row(bench, `limit=${limit}&${cursor ? 'after=…' : `offset=${offset}`}`, {
      ...{ clients: 1, pages: [{ limit, offset, ...(cursor && { cursor }) }], requests: requests * scale }
    })
  const many = (clients: number) =>
    row(bench, formatNumber(clients, 0), {
      ...{ clients, pages: buildPages(clients, false), requests: Math.max(3_000 * scale, clients) }
    })

  const pages = [await one(1, 0, 1_000), await one(10, 0, 1_000), await one(100, 0, 500), await one(1_000, 0, 200)]
  const cursor = await cursorTo(90_000, bench.postgrest)
  const offsets = [await one(10, 0, 1_000), await one(10, 90_000, 100), await one(10, 90_000, 100, cursor)]
  const clients = [await many(1), await many(10), await many(100), await many(1_000)]
  return {
    title: 'What does not grow',
    about:
      'In front of the real PostgREST over 100,000 molecules, with the service, PostgreSQL and the clients on one ' +
      'machine. "added" is what this service adds to the median response time, and the share is of the total. RSS is ' +
      `that of a process that has only been warmed up before. Medians of ${countRounds(bench)} rounds. With \`after\` the ` +
      'service requests the rows after a given one, and PostgREST alone the same page by its offset.',
    tables: [
      { title: 'Longer pages, one client', columns: ['page', ...columns], rows: pages },
      { title: 'Later pages, one client', columns: ['page', ...columns], rows: offsets },
      { title: 'More clients, different pages for each', columns: ['clients', ...columns], rows: clients }
    ],
    targets: []
  }
}

const columns = [
  ...['direct p50 ms', 'service p50 ms', 'added ms', "service's share", 'service p99 ms'],
  ...['requests/s', 'of direct', 'CPU µs/request', 'RSS MB']
]

/** The cursor to the page at this offset. */
async function cursorTo(offset: number, upstream: Upstream): Promise<string | undefined> {
  const { url, path, headers = {} } = createDirect(upstream)
  const response = await fetch(`${url}${path({ limit: 1, offset: offset - 1 })}`, { headers })
  const page = { count: 1, rows: Buffer.from(await response.arrayBuffer()) }
  return cursorAtEnd(molecules, page, { order: 'name.asc,id.asc', anchor: [], skip: 0 })
}

async function row(bench: Bench, name: string, demand: Demand): Promise<string[]> {
  const { postgrest: upstream, progress } = bench
  const candidates = await startCandidates(upstream, ['shipped'])
  const { shipped } = candidates
  const bare = createDirect(upstream)
  const samples = await compare([bare, shipped], {
    ...{ ...demand, upstream, warmUp: bench.quick ? 500 : 5_000, rounds: countRounds(bench) },
    progress: (text) => progress(`${name}: ${text}`)
  })
  await stopCandidates(candidates)

  const of = (candidate: typeof bare, value: 'p50' | 'p99' | 'rate' | 'cpu' | 'memory') =>
    summarize(samples.get(candidate), (sample) => sample[value]).median
  const added = of(shipped, 'p50') - of(bare, 'p50')
  return [
    name,
    formatNumber(of(bare, 'p50'), 2),
    formatNumber(of(shipped, 'p50'), 2),
    formatNumber(added, 2),
    `${formatNumber((100 * added) / of(shipped, 'p50'), 0)} %`,
    formatNumber(of(shipped, 'p99'), 2),
    formatNumber(of(shipped, 'rate'), 0),
    `${formatNumber((100 * of(shipped, 'rate')) / of(bare, 'rate'), 0)} %`,
    formatNumber(of(shipped, 'cpu'), 0),
    formatNumber(of(shipped, 'memory'), 0)
  ]
}

function countRounds({ rounds }: Bench): number {
  return Math.min(rounds, ROUNDS)
}
