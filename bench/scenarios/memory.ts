import { type Page, startCandidates, stopCandidates } from '../candidates/candidates.ts'
import { fetchChecked } from '../harness/fetch-checked.ts'
import { buildPages, measure, measureInRounds, summarize } from '../harness/measure.ts'
import { formatNumber, formatSummary } from '../report/markdown.ts'
import type { Scenario } from './scenario.ts'

const CLIENTS = 10
/** Fewer than elsewhere: a round takes long. */
const ROUNDS = 3

/** Whether the service's memory grows with what it has done. */
export const memory: Scenario = async ({ replay, rounds, quick, progress }) => {
  const few = quick ? 1_000 : 10_000
  const many = 10 * few
  const pages = buildPages(CLIENTS, false)
  const samples = await measureInRounds(Math.min(rounds, ROUNDS), ['shipped' as const], async (name, round) => {
    progress(`round ${round} of ${Math.min(rounds, ROUNDS)}`)
    const candidates = await startCandidates(replay, [name])
    const body = await fetchChecked(candidates[name], replay, pages[0] as Page)
    const load = (requests: number) => measure(candidates[name], { pages, clients: CLIENTS, requests }, body)
    const first = await load(few)
    const last = await load(many - few)
    await stopCandidates(candidates)
    return { first: first.memory, last: last.memory, ratio: last.memory / first.memory }
  })
  const runs = samples.get('shipped')
  const [first, last, ratio] = (['first', 'last', 'ratio'] as const).map((key) => summarize(runs, (run) => run[key]))
  return {
    title: 'Memory',
    about: `Resident memory of a new process after so many requests by ${CLIENTS} clients, each for different pages.`,
    tables: [
      {
        title: 'This service, as shipped',
        columns: ['', 'RSS MB'],
        rows: [
          [`${formatNumber(few, 0)} requests`, first ? formatSummary(first) : ''],
          [`${formatNumber(many, 0)} requests`, last ? formatSummary(last) : '']
        ]
      }
    ],
    targets: [
      { name: 'RSS: after ten times as many requests / before', value: ratio?.median ?? Number.NaN, atMost: 1.1 }
    ]
  }
}
