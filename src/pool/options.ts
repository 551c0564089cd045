import type { Clock } from './clock.ts'
import type { HeaderSets } from './headers.ts'
import type { Connect } from './transport.ts'

/** A connection that has been lent for long. */
export interface LongLease {
  /** Who borrowed it: the place in the code that called `acquire()`, or a request. */
  place: string
  /** How long ago, in milliseconds. */
  duration: number
}

/** All times are milliseconds. */
export interface PoolOptions {
  /** Scheme, host and port: the only place that the pool's credentials are sent to. */
  origin: string
  connect: Connect
  /** The headers for a new connection, asked for each one so that rotated keys take effect. */
  credentials: () => HeaderSets
  /** Connections kept open while the origin is reachable. */
  minSize: number
  /** Connections that are open at most. */
  maxSize: number
  /** The age from which a connection is not lent any more; up to a tenth less, so that not all expire together. */
  lifetime: number
  /** How long a caller may wait for a connection. */
  acquireTimeout: number
  /** How many callers may wait at a time for a connection to be released; those for whom one is opened do not count. */
  maxWaiting: number
  /** How long a connection beyond `minSize` may idle. */
  idleTimeout: number
  /** How long `close()` lets requests finish. */
  closeTimeout: number
  /** Reports connections that are not returned for long, once each; unless given, borrowers' places are not noted. */
  longLease?: { after: number; report: (lease: LongLease) => void }
  clock?: Clock
  /** Numbers from 0 to 1. */
  random?: () => number
}
