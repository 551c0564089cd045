import { startCandidates, stopCandidates } from '../candidates/candidates.ts'
import { Callgrind, type EventCounts } from '../harness/callgrind.ts'
import { fetchChecked } from '../harness/fetch-checked.ts'
import { buildPages, measure } from '../harness/measure.ts'
import { formatNumber } from '../report/markdown.ts'
import type { Scenario } from './scenario.ts'

const CLIENTS = 10
/** The service takes itself for overloaded under callgrind. */
const UNHURRIED = { MAX_EVENT_LOOP_DELAY: '60' }
const NAMES = ['request', 'shipped', 'silent'] as const

/** What a request that nobody shares executes, counted: whatever else the machine does, runs differ by a few percent. */
export const instructions: Scenario = async ({ replay, quick, progress }) => {
  const requests = quick ? 100 : 1_000
  const about =
    `Thousands for each of ${CLIENTS} clients' ${formatNumber(requests, 0)} requests for different pages, in the main thread without ` +
    'the kernel and without garbage collection, by callgrind: instructions, and misses of simulated caches of 32 kB and of 1 MB. ' +
    'What timers execute counts too, and more than usual, for the candidates are fifty times slower.'
  const rows: string[][] = []
  for (const name of NAMES) {
    const callgrind = await Callgrind.create()
    if (!callgrind)
      return { title: 'Instructions', about: 'Not counted: valgrind is not installed.', tables: [], targets: [] }
    const candidates = await startCandidates(replay, [name], { command: callgrind.command, settings: UNHURRIED })
    const candidate = candidates[name]
    const body = await fetchChecked(candidate, replay, { limit: 10, offset: 0 })
    const load = (count: number) =>
      measure(candidate, { pages: buildPages(CLIENTS, false), clients: CLIENTS, requests: count }, body)
    progress(`${candidate.name}: warm-up`)
    await load(20 * requests)
    progress(`${candidate.name}: counting`)
    const counts = await callgrind.count(candidate.child?.pid as number, () => load(requests))
    rows.push([candidate.name, ...summarizeCounts(counts).map((count) => formatNumber(count / requests / 1000, 1))])
    await stopCandidates(candidates)
    await callgrind.remove()
  }
  return {
    title: 'Instructions',
    about,
    tables: [
      {
        title: 'Per request',
        columns: ['', 'instructions', 'misses: code', 'misses: data', 'misses: second level'],
        rows
      }
    ],
    targets: []
  }
}

/** Instructions, misses of the first-level caches for code and for data, and of the second level. */
function summarizeCounts(counts: EventCounts): number[] {
  const sum = (...events: string[]) => events.reduce((total, event) => total + (counts[event] ?? Number.NaN), 0)
  return [sum('Ir'), sum('I1mr'), sum('D1mr', 'D1mw'), sum('ILmr', 'DLmr', 'DLmw')]
}
