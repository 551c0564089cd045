// Supabase fails a fifth of the requests in every way: each gets the right response in time, and nothing leaks.
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { PoolStats } from '../../src/pool/statistics.ts'
import { type ClientResponse, Clients, runInLoops } from '../support/load/clients.ts'
import { reportFigure, scale } from '../support/load/deep-tests.ts'
import { measureHeap, reportHeapOnSignal } from '../support/load/heap.ts'
import { percentile } from '../support/load/percentile.ts'

import { startService } from '../support/service/process.ts'
import { BEHAVIORS, type BehaviorName, startFaultyUpstream } from '../support/upstream/faulty-upstream.ts'

const CLIENTS = 50
const CONNECTIONS = 10
/** Long enough for a request that is sent again on a busy machine. */
const REQUEST_TIMEOUT_MS = 2_000
const ACQUIRE_TIMEOUT_MS = 10_000
const SLACK_MS = 1_000
/** For what the faults bring in for good, such as compiled code. */
const HEAP_SLACK_MB = 5

const names = Object.keys(BEHAVIORS) as BehaviorName[]
const faults = names.slice(1)
/** Rare, because it keeps both sides busy. */
const RARE: BehaviorName = 'sends a body of 50 MB'

function chooseBehavior(number: number): BehaviorName {
  if (number % 5) return 'responds'
  const fault = faults[(number / 5) % faults.length] as BehaviorName
  return fault === RARE && (number / 5 / faults.length) % 10 >= 1 ? 'resets before the response' : fault
}

t.test(
  'with faults in a fifth of the upstream responses, clients get the right errors in time, and nothing leaks',
  async (t) => {
    const upstream = await startFaultyUpstream()
    const clients = new Clients(CLIENTS)
    t.teardown(() => Promise.all([clients.close(), upstream.close()]))
    const service = startService(t, {
      ...reportHeapOnSignal,
      SUPABASE_URL: upstream.url,
      SUPABASE_KEY: 'key',
      SUPABASE_REQUEST_TIMEOUT: `${REQUEST_TIMEOUT_MS / 1000}`,
      DB_POOL_ACQUIRE_TIMEOUT: `${ACQUIRE_TIMEOUT_MS / 1000}`,
      DB_POOL_MAX_SIZE: `${CONNECTIONS}`
    })
    const url = await service.url
    const readStats = async (): Promise<PoolStats> => JSON.parse((await clients.get(`${url}/pool/stats`)).body).stats

    /** Responses with the wrong status, headers or shape, or too late. */
    const wrong: unknown[] = []
    const durations: number[] = []
    const send = async (from: number, to: number, behavior: (number: number) => BehaviorName) => {
      let number = from
      await runInLoops(
        CLIENTS,
        () => number < to,
        async () => {
          const name = behavior(number)
          const offset = number++ * 100 + names.indexOf(name)
          const response = await clients.get(`${url}/api/molecules?offset=${offset}`)
          const { status, retryAfter } = getExpected(name, upstream.unanswered.has(offset))
          const isRight =
            response.status === status && response.headers['retry-after'] === retryAfter && hasContractShape(response)
          const isInTime = response.durationMs < ACQUIRE_TIMEOUT_MS + REQUEST_TIMEOUT_MS + SLACK_MS
          if (!isRight || !isInTime) wrong.push({ name, expected: { status, retryAfter }, ...response })
          durations.push(response.durationMs)
        }
      )
    }

    await send(0, scale(200, 5_000), () => 'responds')
    const before = await measureHeap(service)

    const inconsistent: PoolStats[] = []
    let samples = 0
    let isOver = false
    const sampling = runInLoops(
      1,
      () => !isOver,
      async () => {
        const stats = await readStats()
        samples++
        if (!isConsistent(stats)) inconsistent.push(stats)
        await sleep(20)
      }
    )
    const count = scale(600, 100_000)
    const start = performance.now()
    await send(10_000, 10_000 + count, chooseBehavior)
    const seconds = (performance.now() - start) / 1000
    isOver = true
    await sampling

    const wrongCount = wrong.length
    t.strictSame(wrong.slice(0, 5), [], 'every request gets the right response in time')
    t.strictSame(inconsistent.slice(0, 5), [], 'the statistics are consistent at every moment')
    t.ok(upstream.peak <= CONNECTIONS, `${upstream.peak} sockets at most`)

    // Replaces the connections that have stopped responding, which only a request can find out.
    await send(500_000, 500_000 + CLIENTS, () => 'closes after the response, unannounced')
    wrong.length = 0
    await send(1_000_000, 1_000_000 + 1_000, () => 'responds')
    t.strictSame(wrong.slice(0, 5), [], 'without faults every request succeeds again')
    t.match(await readStats(), { in_use: 0, waiting: 0, timeouts: 0, rejected: 0 })
    const after = await measureHeap(service)
    t.ok(after < before + HEAP_SLACK_MB, `${after.toFixed(1)} MB, before ${before.toFixed(1)} MB`)
    reportFigure(
      t,
      `${count} requests in ${seconds.toFixed(0)} s, a fault in 20 %: ${wrongCount} wrong or late responses, ` +
        `p99 ${percentile(durations, 0.99).toFixed(0)} ms, at most ${upstream.peak} sockets, ` +
        `${samples} consistent samples of the statistics, heap ${before.toFixed(1)} MB before, ${after.toFixed(1)} MB after`
    )
  }
)

function getExpected(name: BehaviorName, isUnanswered: boolean): { status: number; retryAfter?: string } {
  return isUnanswered ? { status: 504 } : BEHAVIORS[name]
}

/** What the API promises of every response. */
function hasContractShape({ status, body, headers }: ClientResponse): boolean {
  const parsed = JSON.parse(body)
  if (status === 200) return parsed.status === 'success' && parsed.count === 1
  return parsed.status === 'error' && parsed.request_id === headers['x-request-id'] && !/stack|node_modules/.test(body)
}

function isConsistent(stats: PoolStats): boolean {
  const { created, discarded, active_connections: active, pool_size: idle, in_use: used, retired } = stats
  const sum = Object.values(retired).reduce((total, count) => total + count)
  return created - discarded === active && idle + used === active && active <= CONNECTIONS && discarded === sum
}
