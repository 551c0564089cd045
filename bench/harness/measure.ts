import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { percentile } from '../../test/support/load/percentile.ts'
import { residentMemory } from '../../test/support/service/process-info.ts'
import type { Candidate, Page, Upstream } from '../candidates/candidates.ts'
import { fetchChecked } from './fetch-checked.ts'
import type { LoadResult, LoadTask } from './load.ts'
import { readCpuTime, rejectOnExit, startModule } from './processes.ts'

/** What a candidate did and used under a load. */
export interface Sample extends Omit<LoadResult, 'failures'> {
  /** CPU time of its process, in µs per request; NaN without a process. */
  cpu: number
  /** Resident memory of its process afterwards, in MB; NaN without a process. */
  memory: number
  /** Bytes that it logged per request. */
  logged: number
}

/** Which requests are sent, and how. */
export interface Demand {
  pages: readonly Page[]
  clients: number
  /** The total of all clients. */
  requests: number
}

let clients: Promise<{ child: ChildProcess }> | undefined

/** Measures a candidate under load; `body` is its response to a page. Throws when a response is wrong or missing. */
export async function measure(candidate: Candidate, demand: Demand, body: string): Promise<Sample> {
  const { name, url, headers = {}, child } = candidate
  const { pages, ...rest } = demand
  clients ??= startModule('harness/load.ts')
  const load = (await clients).child
  const task: LoadTask = { ...rest, url, headers, paths: pages.map((page) => candidate.path(page)), body }
  const before = child ? readCpuTime(child.pid as number) : Number.NaN
  const loggedBefore = candidate.countLogged?.() ?? 0
  load.send(task)
  const finished = rejectOnExit(child ? [load, child] : [load], once(load, 'message'))
  const [{ failures, ...result }] = (await finished) as [LoadResult]
  if (failures) throw new Error(`${name}: ${failures} of ${demand.requests} responses were wrong or missing`)
  return {
    ...result,
    cpu: child ? (readCpuTime(child.pid as number) - before) / demand.requests : Number.NaN,
    memory: child ? residentMemory(child.pid as number) : Number.NaN,
    logged: ((candidate.countLogged?.() ?? 0) - loggedBefore) / demand.requests
  }
}

export interface Comparison extends Demand {
  upstream: Upstream
  /** Requests before the measurement, so that the code is compiled. */
  warmUp: number
  rounds: number
  /**
   * How many turns of all candidates a round is divided into; one unless said. Other work on the machine comes and goes within
   * seconds: short turns are disturbed alike, and their ratios differ less. Of many requests only: each turn opens connections.
   */
  turns?: number
  progress: (text: string) => void
}

/** Checks the candidates' responses, warms them up, and measures them under the same load, in rounds. */
export async function compare(
  candidates: readonly Candidate[],
  { upstream, warmUp, rounds, turns = 1, progress, ...demand }: Comparison
): Promise<Map<Candidate, Sample[]>> {
  const bodies = new Map<Candidate, string>()
  for (const candidate of candidates) {
    progress(`${candidate.name}: warm-up`)
    const [first, last] = [demand.pages[0], demand.pages.at(-1)] as [Page, Page]
    await fetchChecked(candidate, upstream, last)
    bodies.set(candidate, await fetchChecked(candidate, upstream, first))
    if (candidate.child) await warmUpCandidate(candidate, upstream, warmUp)
  }
  const turn = { ...demand, requests: Math.ceil(demand.requests / turns) }
  return measureInRounds(rounds * turns, candidates, (candidate, count) => {
    progress(`${candidate.name}: turn ${count} of ${rounds * turns}`)
    return measure(candidate, turn, bodies.get(candidate) as string)
  })
}

async function warmUpCandidate(candidate: Candidate, upstream: Upstream, requests: number): Promise<void> {
  const clients = 10
  const pages = buildPages(clients, false)
  await measure(candidate, { pages, clients, requests }, await fetchChecked(candidate, upstream, pages[0] as Page))
}

/** Measures the subjects in turns, several times, so that a disturbance affects them all. */
export async function measureInRounds<T, S>(
  rounds: number,
  subjects: readonly T[],
  task: (subject: T, round: number) => Promise<S>
): Promise<Map<T, S[]>> {
  const samples = new Map<T, S[]>(subjects.map((subject) => [subject, []]))
  for (let round = 1; round <= rounds; round++) {
    for (const subject of subjects) samples.get(subject)?.push(await task(subject, round))
  }
  return samples
}

/** The median of the turns, with the least and the greatest value. */
export interface Summary {
  readonly median: number
  readonly min: number
  readonly max: number
}

export function summarize<S>(samples: readonly S[] | undefined, value: (sample: S) => number): Summary {
  const values = (samples ?? []).map(value)
  return { median: percentile(values, 0.5), min: Math.min(...values), max: Math.max(...values) }
}

/** The median of the ratios in each turn. */
export function compareFigures<T, S>(
  samples: ReadonlyMap<T, readonly S[]>,
  one: T,
  other: T,
  figure: (sample: S) => number
): number {
  const others = samples.get(other) ?? []
  const ratios = (samples.get(one) ?? []).map((sample, i) => figure(sample) / figure(others[i] as S))
  return percentile(ratios, 0.5)
}

/** One page for all clients, or different pages for each, so that no two request the same one at a time. */
export function buildPages(clients: number, same: boolean): Page[] {
  const each = Math.max(2, Math.ceil(1000 / clients))
  return Array.from({ length: same ? 1 : clients * each }, (_, offset) => ({ limit: 10, offset }))
}
