import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'

/** How long callers waited that had to wait for a connection; times in milliseconds. */
export interface WaitTimes {
  count: number
  mean: number
  p50: number
  p90: number
  p99: number
  max: number
}

/** What `GET /pool/stats` shows. At every moment `created - discarded = active_connections = pool_size + in_use`. */
export interface PoolStats {
  /** Connections opened since the start. */
  created: number
  /** Times that a connection was lent which was open already. */
  reused: number
  /** Connections given up since the start: expired, idle too long, broken or closed by the server. */
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
  wait_ms: WaitTimes
}

const MICROSECONDS = 1000

/** The pool's counters. What can be counted at the moment of asking (idle, lent, waiting) is not kept here. */
export class Statistics {
  created = 0
  reused = 0
  discarded = 0
  connectFailures = 0
  timeouts = 0
  rejected = 0
  readonly #waits: RecordableHistogram = createHistogram()

  /** Notes that a caller was granted a connection after waiting for it. */
  waited(milliseconds: number): void {
    // The histogram takes whole numbers from 1.
    this.#waits.record(Math.max(1, Math.round(milliseconds * MICROSECONDS)))
  }

  get waitTimes(): WaitTimes {
    const waits = this.#waits
    const { count } = waits
    const milliseconds = (microseconds: number) => (count ? Math.round(microseconds) / MICROSECONDS : 0)
    return {
      count,
      mean: milliseconds(waits.mean),
      p50: milliseconds(waits.percentile(50)),
      p90: milliseconds(waits.percentile(90)),
      p99: milliseconds(waits.percentile(99)),
      max: milliseconds(waits.max)
    }
  }
}
