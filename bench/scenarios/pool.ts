import { createPool } from 'generic-pool'
import { Pool as Tarn } from 'tarn'
import { Bench as Stopwatch } from 'tinybench'
import { HeaderConnectionPool } from '../../src/pool/header-connection-pool.ts'
import type { PoolOptions } from '../../src/pool/options.ts'
import type { Transport } from '../../src/pool/transport.ts'
import { type Summary, summarize } from '../harness/measure.ts'
import { formatSummary } from '../report/markdown.ts'
import type { Scenario } from './scenario.ts'

const SIZE = 10
/** Acquisitions timed together: a single one is too short. */
const BATCH = 1_000
/** Concurrent callers in the contended case. */
const CALLERS = 100

const ACQUIRE_TIMEOUT_MS = 10_000
const LIMITS = { min: SIZE, max: SIZE, acquireTimeoutMillis: ACQUIRE_TIMEOUT_MS }

const NANOSECONDS_PER_MS = 1e6

/** A pool to compare. */
interface PoolCandidate {
  readonly name: string
  /** Acquires a resource and releases it, `count` times. */
  cycle(count: number): Promise<void>
  /** The same, but holds the resource for a turn of the microtask queue. */
  cycleHolding(count: number): Promise<void>
  close(): Promise<unknown>
}

/** The time of acquire and release alone. */
export const pool: Scenario = async ({ rounds, quick, progress }) => {
  const pools = [ours('this pool'), ours('this pool, call sites recorded', leakDetection), tarn(), generic()]
  const times = new Map<string, number[]>()
  for (let round = 1; round <= rounds; round++) {
    progress(`round ${round} of ${rounds}`)
    const stopwatch = new Stopwatch({ time: quick ? 50 : 300, warmupTime: quick ? 20 : 100, throws: true })
    for (const { name, cycle, cycleHolding } of pools) {
      stopwatch.add(`${name}, idle`, () => cycle(BATCH))
      stopwatch.add(`${name}, contended`, async () => {
        await Promise.all(Array.from({ length: CALLERS }, () => cycleHolding(BATCH / CALLERS)))
      })
    }
    await stopwatch.run()
    for (const { name, result } of stopwatch.tasks) {
      if (result.state !== 'completed') throw new Error(`${name} was not measured`)
      times.set(name, [...(times.get(name) ?? []), (result.latency.p50 / BATCH) * NANOSECONDS_PER_MS])
    }
  }
  await Promise.all(pools.map(({ close }) => close()))

  const time = (name: string): Summary => summarize(times.get(name), (value) => value)
  const ratio = (kind: string) => time(`tarn, ${kind}`).median / time(`this pool, ${kind}`).median
  return {
    title: 'The pool alone',
    about:
      `Nanoseconds for acquiring a connection and releasing it, of ${SIZE} that are open; they have no sockets. "idle": one ` +
      `caller, and a connection is always idle. "contended": ${CALLERS} callers at a time, of whom ${CALLERS - SIZE} wait. ` +
      'Each pool has an acquire timeout. All run in one process, in turns. The service records the call site of ' +
      'whoever acquires a connection, to report possible leaks; its own requests need no record and no promise.',
    tables: [
      {
        title: 'Acquire and release',
        columns: ['ns', 'idle', 'contended'],
        rows: pools.map(({ name }) => [
          name,
          ...['idle', 'contended'].map((kind) => formatSummary(time(`${name}, ${kind}`), 0))
        ])
      }
    ],
    targets: [
      { name: "acquire and release, idle: tarn's time / this pool's", value: ratio('idle'), atLeast: 8 },
      { name: "acquire and release, contended: tarn's time / this pool's", value: ratio('contended'), atLeast: 5 }
    ]
  }
}

const leakDetection = { threshold: 20_000, report: () => {} }

function ours(name: string, leakDetection?: NonNullable<PoolOptions['leakDetection']>): PoolCandidate {
  const pool = new HeaderConnectionPool({
    name,
    origin: 'http://127.0.0.1:1',
    connect: async () => noSocket(),
    credentials: () => ({ anon: {}, service: {} }),
    minSize: SIZE,
    maxSize: SIZE,
    lifetime: 1_800_000,
    acquireTimeout: ACQUIRE_TIMEOUT_MS,
    maxWaiting: 1_000,
    idleTimeout: 60_000,
    closeTimeout: 1_000,
    ...(leakDetection && { leakDetection })
  })
  return {
    name,
    cycle: async (count) => {
      for (let i = 0; i < count; i++) pool.release(await pool.acquire())
    },
    cycleHolding: async (count) => {
      for (let i = 0; i < count; i++) {
        const lease = await pool.acquire()
        await undefined
        pool.release(lease)
      }
    },
    close: () => pool.close()
  }
}

function noSocket(): Transport {
  let closed = () => {}
  return {
    open: true,
    busy: false,
    dispatch: () => true,
    destroy: () => closed(),
    onClose: (listener) => {
      closed = listener
    }
  }
}

function tarn(): PoolCandidate {
  const pool = new Tarn({ create: async () => ({}), destroy: () => {}, ...LIMITS })
  return {
    name: 'tarn',
    cycle: async (count) => {
      for (let i = 0; i < count; i++) pool.release(await pool.acquire().promise)
    },
    cycleHolding: async (count) => {
      for (let i = 0; i < count; i++) {
        const resource = await pool.acquire().promise
        await undefined
        pool.release(resource)
      }
    },
    close: () => pool.destroy()
  }
}

function generic(): PoolCandidate {
  const pool = createPool({ create: async () => ({}), destroy: async () => {} }, LIMITS)
  return {
    name: 'generic-pool',
    cycle: async (count) => {
      for (let i = 0; i < count; i++) pool.release(await pool.acquire())
    },
    cycleHolding: async (count) => {
      for (let i = 0; i < count; i++) {
        const resource = await pool.acquire()
        await undefined
        pool.release(resource)
      }
    },
    close: () => pool.drain().then(() => pool.clear())
  }
}
