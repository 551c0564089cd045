import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A CPU profile as V8 writes it: https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string }; children?: number[] }[]
  /** Microseconds of the monotonic clock. */
  startTime: number
  /** The node of each sample, and how long it came after the one before. */
  samples: number[]
  timeDeltas: number[]
}

/** Microseconds of the monotonic clock, which profiles are timed by. */
export function monotonicTime(): number {
  return Number(process.hrtime.bigint() / 1000n)
}

/**
 * The share of each item in the samples of the one profile in `folder`, between two times, without those of an idle event
 * loop. A sample belongs to the item that the innermost of its frames does which belongs to any; `describe` gives the item
 * of a frame, by its function and its file.
 */
export function readShares(
  folder: string,
  from: number,
  to: number,
  describe: (functionName: string, url: string) => string | undefined
): Map<string, number> {
  const [name = ''] = readdirSync(folder)
  const { nodes, startTime, samples, timeDeltas }: CpuProfile = JSON.parse(readFileSync(join(folder, name), 'utf8'))
  const items = new Map<number, string>()
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])))
  // Parents come before their children.
  for (const { id, callFrame } of nodes) {
    const inherited = items.get(parents.get(id) ?? Number.NaN) ?? 'other'
    items.set(id, describe(callFrame.functionName, callFrame.url) ?? inherited)
  }
  const times = new Map<string, number>()
  let now = startTime
  let total = 0
  for (const [i, id] of samples.entries()) {
    const delta = timeDeltas[i] as number
    now += delta
    const item = items.get(id) as string
    if (now < from || now > to || item === 'idle') continue
    times.set(item, (times.get(item) ?? 0) + delta)
    total += delta
  }
  return new Map([...times].map(([item, time]) => [item, time / total]))
}
