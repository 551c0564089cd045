import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import { DurationHistogram } from './duration-histogram.ts'

/** The distribution of a duration since the start, in milliseconds. */
export interface Durations {
  count: number
  mean: number
  p50: number
  p90: number
  p99: number
  max: number
}

/** Connections retired since the start, by reason. */
export interface Retirements {
  /** Had reached their lifetime. */
  expired: number
  /** Idled beyond the minimum. */
  idle: number
  /** Had credentials that were replaced. */
  renewed: number
  /** Were closed by the server while idle. */
  lost: number
  /** Ended during a lease: closed by the server, by a failure, or by a caller that did not read the response. */
  broken: number
  /** Were closed with the pool. */
  closed: number
}

/** Why a connection is retired. */
export type RetireReason = keyof Retirements

/** At every moment `created - discarded = active_connections = pool_size + in_use`. */
export interface PoolStats {
  /** Connections opened since the start. */
  created: number
  /** Leases of connections that had been leased or idle before. */
  reused: number
  /** Connections retired since the start. */
  discarded: number
  /** Connections that could not be opened, `timeouts` and `rejected`. */
  errors: number
  /** Idle now. */
  pool_size: number
  /** Open now, idle or leased. */
  active_connections: number
  min_size: number
  max_size: number
  /** Leased now. */
  in_use: number
  /** Callers waiting for a connection now. */
  waiting: number
  /** Callers whose deadline passed while they waited. */
  timeouts: number
  /** Callers rejected because the queue was full. */
  rejected: number
  /** `discarded` by reason. */
  retired: Retirements
  /** How long callers waited that had to wait and acquired a connection in the end. */
  wait_ms: Durations
  /** How long connections were leased. */
  hold_ms: Durations
}

/** The durations of `wait_ms` and `hold_ms`, counted by bounds. */
export interface PoolDurations {
  readonly wait: DurationHistogram
  readonly hold: DurationHistogram
}

/** What the pool itself knows at any moment. */
type Gauges = 'pool_size' | 'active_connections' | 'min_size' | 'max_size' | 'in_use' | 'waiting'

/** The pool's counters. */
export class Statistics {
  created = 0
  reused = 0
  connectErrors = 0
  timeouts = 0
  rejected = 0
  readonly retired: Retirements = { expired: 0, idle: 0, renewed: 0, lost: 0, broken: 0, closed: 0 }
  readonly durations: PoolDurations = { wait: new DurationHistogram(), hold: new DurationHistogram() }
  readonly #waits = createHistogram()
  readonly #holds = createHistogram()

  /** Records how long a caller waited for the connection that it was granted. */
  recordWait(milliseconds: number): void {
    this.durations.wait.record(milliseconds)
    record(this.#waits, milliseconds)
  }

  /** Records how long a connection was leased. */
  recordHold(milliseconds: number): void {
    this.durations.hold.record(milliseconds)
    record(this.#holds, milliseconds)
  }

  counters(): Omit<PoolStats, Gauges> {
    const { created, reused, connectErrors, timeouts, rejected, retired } = this
    return {
      created,
      reused,
      discarded: Object.values(retired).reduce((sum, count) => sum + count),
      errors: connectErrors + timeouts + rejected,
      timeouts,
      rejected,
      retired: { ...retired },
      wait_ms: summarize(this.#waits),
      hold_ms: summarize(this.#holds)
    }
  }
}

const MICROSECONDS_PER_MS = 1000

function record(histogram: RecordableHistogram, milliseconds: number): void {
  // Node's histogram takes integers from 1.
  histogram.record(Math.max(1, Math.round(milliseconds * MICROSECONDS_PER_MS)))
}

function summarize(histogram: RecordableHistogram): Durations {
  const { count } = histogram
  const milliseconds = (microseconds: number) => (count ? Math.round(microseconds) / MICROSECONDS_PER_MS : 0)
  return {
    count,
    mean: milliseconds(histogram.mean),
    p50: milliseconds(histogram.percentile(50)),
    p90: milliseconds(histogram.percentile(90)),
    p99: milliseconds(histogram.percentile(99)),
    max: milliseconds(histogram.max)
  }
}
