import { generateSmiles } from '../../test/support/chemistry/generated.ts'
import { percentile } from '../../test/support/load/percentile.ts'
import { type Candidate, startCandidates, stopCandidates } from '../candidates/candidates.ts'
import { fetchChecked } from '../harness/fetch-checked.ts'
import { buildPages, measure, measureInRounds, summarize } from '../harness/measure.ts'
import { startModule, stop } from '../harness/processes.ts'
import { formatNumber, formatSummary } from '../report/markdown.ts'
import type { PostgrestUpstream, PostgrestUpstreamOptions } from '../upstreams/postgrest.ts'
import type { Scenario } from './scenario.ts'

/** Clients that draw or search without pause. */
const CHEMISTS = 10
/** Every so many requests of a chemist's are a search. */
const SEARCH_INTERVAL = 4

/** What chemistry costs those who ask for something else. */
export const chemistry: Scenario = async ({ rounds, quick, progress }) => {
  const requests = quick ? 500 : 3_000
  const options: PostgrestUpstreamOptions = { isSmall: true }
  const { child, report: upstream } = await startModule<PostgrestUpstream>('upstreams/postgrest.ts', options)
  const candidates = await startCandidates(upstream, ['shipped'])
  const { shipped } = candidates
  const pages = buildPages(1, true)
  const body = await fetchChecked(shipped, upstream, { limit: 10, offset: 0 })
  const load = () => measure(shipped, { pages, clients: 1, requests }, body)
  await load()
  const chemists = new Chemists(shipped, generateSmiles(10_000))
  await chemists.draw()
  await chemists.search()

  const samples = await measureInRounds(rounds, ['alone', 'beside'] as const, async (name, round) => {
    progress(`${name} ${CHEMISTS} chemists: round ${round} of ${rounds}`)
    if (name === 'alone') return load()
    const stopWork = chemists.work()
    try {
      return await load()
    } finally {
      await stopWork()
    }
  })
  progress('drawings')
  const drawings = await measureDrawings(chemists, quick ? 100 : 500)
  await stopCandidates(candidates)
  await stop(child)

  const [alone, beside] = (['alone', 'beside'] as const).map((name) => summarize(samples.get(name), ({ p99 }) => p99))
  return {
    title: 'Beside chemistry',
    about:
      `One client requests 10 molecules from the real PostgREST, ${formatNumber(requests, 0)} times in each round, alone and while ` +
      `${CHEMISTS} others draw structures that nobody has drawn and, every ${SEARCH_INTERVAL}th time, search by similarity, ` +
      'without pause. Then a drawing at a time.',
    tables: [
      {
        title: 'Molecules',
        columns: ['', 'p50 ms', 'p99 ms'],
        rows: [...samples].map(([name, rounds]) => [
          name === 'alone' ? 'alone' : `beside ${CHEMISTS} chemists`,
          formatSummary(
            summarize(rounds, ({ p50 }) => p50),
            2
          ),
          formatSummary(
            summarize(rounds, ({ p99 }) => p99),
            2
          )
        ])
      },
      {
        title: 'Drawings',
        columns: ['', 'p50 ms', 'p99 ms', 'drawings/s'],
        rows: Object.entries(drawings).map(([name, { p50, p99, rate }]) => [
          name,
          formatNumber(p50, 2),
          formatNumber(p99, 2),
          formatNumber(rate, 0)
        ])
      }
    ],
    targets: [
      {
        name: 'p99 of molecules: beside chemistry / alone',
        value: (beside?.median ?? Number.NaN) / (alone?.median ?? Number.NaN),
        atMost: 2
      }
    ]
  }
}

/** Clients that ask for new drawings and searches. */
class Chemists {
  readonly #url: string
  readonly #smiles: readonly string[]
  #next = 0

  constructor({ url }: Candidate, smiles: readonly string[]) {
    this.#url = url
    this.#smiles = smiles
  }

  draw(smiles = this.#take()): Promise<void> {
    return this.#get(`/api/depict?${new URLSearchParams({ smiles })}`)
  }

  search(): Promise<void> {
    return this.#get(`/api/molecules?${new URLSearchParams({ similar: this.#take(), min: '0.1' })}`)
  }

  /** All of them begin; returns what ends them. */
  work(): () => Promise<unknown> {
    let isEnding = false
    const workOn = async () => {
      for (let i = 0; !isEnding; i++) await (i % SEARCH_INTERVAL ? this.draw() : this.search())
    }
    const all = Promise.all(Array.from({ length: CHEMISTS }, workOn))
    return () => {
      isEnding = true
      return all
    }
  }

  #take(): string {
    return this.#smiles[this.#next++ % this.#smiles.length] as string
  }

  async #get(path: string): Promise<void> {
    const response = await fetch(this.#url + path)
    await response.arrayBuffer()
    if (!response.ok) throw new Error(`${path} responds with ${response.status}`)
  }
}

async function measureDrawings(chemists: Chemists, count: number) {
  const time = async (draw: () => Promise<void>) => {
    const times: number[] = []
    for (let i = 0; i < count; i++) {
      const start = performance.now()
      await draw()
      times.push(performance.now() - start)
    }
    const total = times.reduce((sum, one) => sum + one)
    return { p50: percentile(times, 0.5), p99: percentile(times, 0.99), rate: (1000 * count) / total }
  }
  return { fresh: await time(() => chemists.draw()), cached: await time(() => chemists.draw('OCC(O)CO')) }
}
