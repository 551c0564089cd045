import type { Clock } from './clock.ts'
import type { HeaderSets } from './headers.ts'
import type { Connect } from './transport.ts'

/** A connection that was acquired long ago and has not been released. */
export interface PossibleLeak {
  /** The stack of the code that called `acquire()`, the innermost frame first; or a request's method and path. */
  callSite: string
  /** How long ago it was acquired, in milliseconds. */
  duration: number
}

/** All times are milliseconds. */
export interface PoolOptions {
  /** What error messages call the origin. */
  name: string
  /** Scheme, host and port: the only destination of the pool's credentials. */
  origin: string
  connect: Connect
  /** Returns the headers of a new connection; called for each one, so that rotated keys take effect. */
  credentials: () => HeaderSets
  /** Connections kept open while the origin is reachable. */
  minSize: number
  /** Connections open at most. */
  maxSize: number
  /** The age from which a connection is not leased any more; up to a tenth less, so that not all expire together. */
  lifetime: number
  /** How long a caller may wait for a connection. */
  acquireTimeout: number
  /** How many callers may wait for a connection to be released; those for whom one is being opened do not count. */
  maxWaiting: number
  /** How long a connection beyond `minSize` may idle. */
  idleTimeout: number
  /** How long `close()` waits for leases to be released. */
  closeTimeout: number
  /**
   * Reports leases that are not released within `threshold`, and requests that transfer nothing for as long, once each. Call
   * sites are not recorded without it.
   */
  leakDetection?: { threshold: number; report: (leak: PossibleLeak) => void }
  clock?: Clock
  /** Returns numbers from 0 to 1. */
  random?: () => number
}
