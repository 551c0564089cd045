import { createPool } from 'generic-pool'
import { Pool as Tarn } from 'tarn'
import { Bench as Stopwatch } from 'tinybench'
import { HeaderConnectionPool } from '../../src/pool/header-connection-pool.ts'
import type { PoolOptions } from '../../src/pool/options.ts'
import type { Transport } from '../../src/pool/transport.ts'
import { type Figure, figure } from '../measure.ts'
import { spread } from '../report.ts'
import type { Scenario } from './scenario.ts'

const SIZE = 10
/** Acquisitions that are timed together, for one alone is too short. */
const BATCH = 1_000
/** How many want a resource at a time, where they have to wait. */
const CALLERS = 100

/** How long a caller would wait, in milliseconds: all pools keep that deadline. */
const PATIENCE = 10_000
const LIMITS = { min: SIZE, max: SIZE, acquireTimeoutMillis: PATIENCE }

/** In a millisecond. */
const NANOSECONDS = 1e6

/** A pool as far as it matters here. */
interface Lender {
  readonly name: string
  /** Acquires a resource and releases it, so many times. */
  turns(count: number): Promise<void>
  /** The same, but others go on while it is lent. */
  longTurns(count: number): Promise<void>
  close(): Promise<unknown>
}

/** What lending costs by itself. */
export const pool: Scenario = async ({ rounds, quick, progress }) => {
  const lenders = [ours('this pool'), ours('this pool, places noted', longLease), tarn(), generic()]
  const times = new Map<string, number[]>()
  for (let round = 1; round <= rounds; round++) {
    progress(`round ${round} of ${rounds}`)
    const stopwatch = new Stopwatch({ time: quick ? 50 : 300, warmupTime: quick ? 20 : 100, throws: true })
    for (const { name, turns, longTurns } of lenders) {
      stopwatch.add(`${name}, idle`, () => turns(BATCH))
      stopwatch.add(`${name}, contended`, async () => {
        await Promise.all(Array.from({ length: CALLERS }, () => longTurns(BATCH / CALLERS)))
      })
    }
    await stopwatch.run()
    for (const { name, result } of stopwatch.tasks) {
      if (result.state !== 'completed') throw new Error(`${name} was not measured`)
      times.set(name, [...(times.get(name) ?? []), (result.latency.p50 / BATCH) * NANOSECONDS])
    }
  }
  await Promise.all(lenders.map(({ close }) => close()))

  const time = (name: string): Figure => figure(times.get(name), (value) => value)
  const ratio = (kind: string) => time(`tarn, ${kind}`).median / time(`this pool, ${kind}`).median
  return {
    title: 'The pool alone',
    about:
      `Nanoseconds for acquiring a connection and releasing it, of ${SIZE} that are open; they are no sockets. «idle»: one ` +
      `caller, and a connection is always free. «contended»: ${CALLERS} callers at a time, of whom ${CALLERS - SIZE} wait. ` +
      'Each pool has a deadline for those who wait. All are in one process and take turns. The service itself notes the place in the code of whoever borrows a connection, ' +
      'to be able to report who keeps one; its own requests are not noted and go another way, without a promise.',
    tables: [
      {
        title: 'Acquire and release',
        columns: ['ns', 'idle', 'contended'],
        rows: lenders.map(({ name }) => [
          name,
          ...['idle', 'contended'].map((kind) => spread(time(`${name}, ${kind}`), 0))
        ])
      }
    ],
    aims: [
      { name: "acquire and release, idle: tarn's time / this pool's", value: ratio('idle'), atLeast: 10 },
      { name: "acquire and release, contended: tarn's time / this pool's", value: ratio('contended'), atLeast: 10 }
    ]
  }
}

const longLease = { after: 20_000, report: () => {} }

function ours(name: string, noted?: NonNullable<PoolOptions['longLease']>): Lender {
  const pool = new HeaderConnectionPool({
    origin: 'http://127.0.0.1:1',
    connect: async () => noSocket(),
    credentials: () => ({ anon: {}, service: {} }),
    minSize: SIZE,
    maxSize: SIZE,
    lifetime: 1_800_000,
    acquireTimeout: PATIENCE,
    maxWaiting: 1_000,
    idleTimeout: 60_000,
    closeTimeout: 1_000,
    ...(noted && { longLease: noted })
  })
  return {
    name,
    turns: async (count) => {
      for (let i = 0; i < count; i++) pool.release(await pool.acquire())
    },
    longTurns: async (count) => {
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

function tarn(): Lender {
  const pool = new Tarn({ create: async () => ({}), destroy: () => {}, ...LIMITS })
  return {
    name: 'tarn',
    turns: async (count) => {
      for (let i = 0; i < count; i++) pool.release(await pool.acquire().promise)
    },
    longTurns: async (count) => {
      for (let i = 0; i < count; i++) {
        const resource = await pool.acquire().promise
        await undefined
        pool.release(resource)
      }
    },
    close: () => pool.destroy()
  }
}

function generic(): Lender {
  const pool = createPool({ create: async () => ({}), destroy: async () => {} }, LIMITS)
  return {
    name: 'generic-pool',
    turns: async (count) => {
      for (let i = 0; i < count; i++) pool.release(await pool.acquire())
    },
    longTurns: async (count) => {
      for (let i = 0; i < count; i++) {
        const resource = await pool.acquire()
        await undefined
        pool.release(resource)
      }
    },
    close: () => pool.drain().then(() => pool.clear())
  }
}
