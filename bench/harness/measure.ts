import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { percentile } from '../../test/support/load/load.ts'
import { residentMemory } from '../../test/support/service/process-info.ts'
import type { Candidate, Page, Upstream } from '../candidates/candidates.ts'
import { fetchChecked } from './fetch-checked.ts'
import type { LoadResult, LoadTask } from './load.ts'
import { cpuTime, startModule, unlessEnded } from './processes.ts'

/** What a load did to a candidate. Times are milliseconds unless said. */
export interface Sample extends Omit<LoadResult, 'failures'> {
  /** CPU time that its process used, in µs per request. NaN where there is no process to look at. */
  cpu: number
  /** Resident memory of its process afterwards, in MB. */
  memory: number
  /** What it logged, in bytes per request. */
  logged: number
}

/** What is asked for, and how. */
export interface Demand {
  pages: readonly Page[]
  clients: number
  /** By all of them together. */
  requests: number
}

let clients: Promise<{ child: ChildProcess }> | undefined

/**
 * Puts a load on a candidate; `body` is its answer to a page. Throws when a single answer is wrong or missing: such
 * figures are worth nothing.
 */
export async function measure(candidate: Candidate, demand: Demand, body: string): Promise<Sample> {
  const { name, url, headers = {}, child } = candidate
  const { pages, ...rest } = demand
  clients ??= startModule('harness/load.ts')
  const load = (await clients).child
  const task: LoadTask = { ...rest, url, headers, paths: pages.map((page) => candidate.path(page)), body }
  const before = child ? cpuTime(child.pid as number) : Number.NaN
  const loggedBefore = candidate.logged?.() ?? 0
  load.send(task)
  const answered = unlessEnded(child ? [load, child] : [load], once(load, 'message'))
  const [{ failures, ...result }] = (await answered) as [LoadResult]
  if (failures) throw new Error(`${name}: ${failures} of ${demand.requests} answers were wrong or missing`)
  return {
    ...result,
    cpu: child ? (cpuTime(child.pid as number) - before) / demand.requests : Number.NaN,
    memory: child ? residentMemory(child.pid as number) : Number.NaN,
    logged: ((candidate.logged?.() ?? 0) - loggedBefore) / demand.requests
  }
}

export interface Race extends Demand {
  upstream: Upstream
  /** Requests that each candidate has answered before it counts, so that its code is compiled. */
  warmUp: number
  rounds: number
  progress: (text: string) => void
}

/** Checks what candidates answer, warms them up, and measures them under the same load, in rounds. */
export async function race(
  candidates: readonly Candidate[],
  { upstream, warmUp, rounds, progress, ...demand }: Race
): Promise<Map<Candidate, Sample[]>> {
  const bodies = new Map<Candidate, string>()
  for (const candidate of candidates) {
    progress(`${candidate.name}: warm-up`)
    const [first, last] = [demand.pages[0], demand.pages.at(-1)] as [Page, Page]
    await fetchChecked(candidate, upstream, last)
    bodies.set(candidate, await fetchChecked(candidate, upstream, first))
    if (candidate.child) await warm(candidate, upstream, warmUp)
  }
  return inRounds(rounds, candidates, (candidate, round) => {
    progress(`${candidate.name}: round ${round} of ${rounds}`)
    return measure(candidate, demand, bodies.get(candidate) as string)
  })
}

async function warm(candidate: Candidate, upstream: Upstream, requests: number): Promise<void> {
  const clients = 10
  const pages = pagesFor(clients, false)
  await measure(candidate, { pages, clients, requests }, await fetchChecked(candidate, upstream, pages[0] as Page))
}

/** Measures one after the other, and that again and again, so that whatever disturbs them disturbs them all. */
export async function inRounds<T, S>(
  rounds: number,
  things: readonly T[],
  task: (thing: T, round: number) => Promise<S>
): Promise<Map<T, S[]>> {
  const samples = new Map<T, S[]>(things.map((thing) => [thing, []]))
  for (let round = 1; round <= rounds; round++) {
    for (const thing of things) samples.get(thing)?.push(await task(thing, round))
  }
  return samples
}

/** The middle of the rounds, with the least and the greatest. */
export interface Figure {
  readonly median: number
  readonly min: number
  readonly max: number
}

export function figure<S>(samples: readonly S[] | undefined, value: (sample: S) => number): Figure {
  const values = (samples ?? []).map(value)
  return { median: percentile(values, 0.5), min: Math.min(...values), max: Math.max(...values) }
}

/** One page, which all ask for; or pages of their own for so many clients, so that no two ask for the same at a time. */
export function pagesFor(clients: number, same: boolean): Page[] {
  const each = Math.max(2, Math.ceil(1000 / clients))
  return Array.from({ length: same ? 1 : clients * each }, (_, offset) => ({ limit: 10, offset }))
}
