import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import { DurationHistogram } from './duration-histogram.ts'

/** How long something took, since the start; times in milliseconds. */
export interface Durations {
  count: number
  mean: number
  p50: number
  p90: number
  p99: number
  max: number
}

/** Why connections are given up. */
export interface Retirements {
  /** They had reached their lifetime. */
  expired: number
  /** They idled and were more than the minimum. */
  idle: number
  /** Their credentials had been replaced. */
  renewed: number
  /** They were closed by the server while they idled. */
  lost: number
  /** They ended in use: closed by the server, cut off by a failure, or by a caller that did not wait for the answer. */
  broken: number
  /** The pool closed. */
  closed: number
}

export type RetirementReason = keyof Retirements

/** What `GET /pool/stats` shows. At every moment `created - discarded = active_connections = pool_size + in_use`. */
export interface PoolStats {
  /** Connections opened since the start. */
  created: number
  /** Times that a connection was lent which was open already. */
  reused: number
  /** Connections given up since the start. */
  discarded: number
  /** Failures to hand out a connection: those that could not be opened, `timeouts` and `rejected`. */
  errors: number
  /** Idle now. */
  pool_size: number
  /** Open now, idle or in use. */
  active_connections: number
  min_size: number
  max_size: number
  /** Lent now. */
  in_use: number
  /** Callers waiting for a connection now. */
  waiting: number
  /** Callers that waited in vain until their time was up. */
  timeouts: number
  /** Callers turned away because the queue was full. */
  rejected: number
  /** `discarded` by reason. */
  retired: Retirements
  /** How long callers waited that had to wait, and were lent a connection in the end. */
  wait_ms: Durations
  /** How long connections were lent. */
  hold_ms: Durations
}

/** How long callers waited and connections were lent, as in `wait_ms` and `hold_ms`, for those who add up over time. */
export interface PoolDurations {
  readonly wait: DurationHistogram
  readonly hold: DurationHistogram
}

/** What can be counted at the moment of asking: idle, lent, waiting. */
type Gauges = 'pool_size' | 'active_connections' | 'min_size' | 'max_size' | 'in_use' | 'waiting'

/** The pool's counters. */
export class Statistics {
  created = 0
  reused = 0
  connectFailures = 0
  timeouts = 0
  rejected = 0
  readonly retired: Retirements = { expired: 0, idle: 0, renewed: 0, lost: 0, broken: 0, closed: 0 }
  readonly durations: PoolDurations = { wait: new DurationHistogram(), hold: new DurationHistogram() }
  readonly #waits = createHistogram()
  readonly #holds = createHistogram()

  /** Notes that a caller was lent a connection after waiting for it. */
  waited(milliseconds: number): void {
    this.durations.wait.record(milliseconds)
    record(this.#waits, milliseconds)
  }

  /** Notes that a connection was returned. */
  held(milliseconds: number): void {
    this.durations.hold.record(milliseconds)
    record(this.#holds, milliseconds)
  }

  counters(): Omit<PoolStats, Gauges> {
    const { created, reused, connectFailures, timeouts, rejected, retired } = this
    return {
      created,
      reused,
      discarded: Object.values(retired).reduce((sum, count) => sum + count),
      errors: connectFailures + timeouts + rejected,
      timeouts,
      rejected,
      retired: { ...retired },
      wait_ms: durations(this.#waits),
      hold_ms: durations(this.#holds)
    }
  }
}

const MICROSECONDS = 1000

function record(histogram: RecordableHistogram, milliseconds: number): void {
  // A histogram takes whole numbers from 1.
  histogram.record(Math.max(1, Math.round(milliseconds * MICROSECONDS)))
}

function durations(histogram: RecordableHistogram): Durations {
  const { count } = histogram
  const milliseconds = (microseconds: number) => (count ? Math.round(microseconds) / MICROSECONDS : 0)
  return {
    count,
    mean: milliseconds(histogram.mean),
    p50: milliseconds(histogram.percentile(50)),
    p90: milliseconds(histogram.percentile(90)),
    p99: milliseconds(histogram.percentile(99)),
    max: milliseconds(histogram.max)
  }
}
