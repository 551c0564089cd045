import { Dispatcher, errors } from 'undici'
import { type Clock, systemClock, type Timer } from './clock.ts'
import type { DispatchHandler, PooledDispatchOptions } from './dispatch.ts'
import { PoolClosedError } from './errors.ts'
import { HeaderConnection } from './header-connection.ts'
import type { HeaderSets } from './headers.ts'
import { Lease } from './lease.ts'
import { Opener } from './opener.ts'
import { PooledRequest } from './pooled-request.ts'
import { type PoolStats, Statistics } from './statistics.ts'
import type { Connect, Transport } from './transport.ts'
import { type Waiter, WaitQueue } from './wait-queue.ts'

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
  /** How many callers may wait at a time. */
  maxWaiting: number
  /** How long a connection beyond `minSize` may idle. */
  idleTimeout: number
  /** How long `close()` lets requests finish. */
  closeTimeout: number
  clock?: Clock
  /** Numbers from 0 to 1. */
  random?: () => number
}

/** How often idle connections are looked after, in milliseconds. */
const HOUSEKEEPING = 1_000
/** The share of a connection's lifetime that chance may take away. */
const JITTER = 0.1

/**
 * A bounded and fair set of authenticated keep-alive connections to one origin. It is an undici `Dispatcher`: whatever
 * takes one (`undici.request`, `fetch`, interceptors) sends its requests over the pool and with the pool's credentials.
 *
 * Emits undici's `connect` and `connectionError`.
 */
export class HeaderConnectionPool extends Dispatcher {
  readonly #options: Required<PoolOptions>
  readonly #origin: URL
  readonly #statistics = new Statistics()
  readonly #waiters: WaitQueue
  readonly #opener: Opener
  /** Returned last, lent first: the warmest socket. */
  readonly #idle: HeaderConnection[] = []
  readonly #leased = new Set<HeaderConnection>()
  /** Given up, but the socket is not gone yet; such a one still counts against `maxSize`. */
  #closing = 0
  #housekeeper: Timer | undefined
  #closed: Promise<void> | undefined
  /** Called when a closing pool has become empty. */
  #onEmpty: (() => void) | undefined

  constructor(options: PoolOptions) {
    super()
    this.#options = { clock: systemClock, random: Math.random, ...options }
    this.#origin = new URL(options.origin)
    const { maxWaiting, acquireTimeout, connect, clock, random } = this.#options
    this.#waiters = new WaitQueue({ limit: maxWaiting, timeout: acquireTimeout, clock, statistics: this.#statistics })
    this.#opener = new Opener({
      connect,
      clock,
      random,
      onOpen: (transport) => this.#add(transport),
      onFailure: (error) => {
        this.#statistics.connectFailures++
        if (!this.#closed) this.emit('connectionError', this.#origin, [this], error as Error as errors.UndiciError)
        this.#settle()
      },
      onResume: () => this.#refill()
    })
    this.#housekeep()
  }

  /**
   * Sends a request over the next free connection, under whose headers `options.headers` count. Failures reach
   * `handler.onResponseError`: undici's errors and the pool's own `PoolError`s. Throws undici's `InvalidArgumentError`
   * for a handler that could not be told.
   */
  override dispatch(options: PooledDispatchOptions, handler: DispatchHandler): boolean {
    if (typeof handler?.onRequestStart !== 'function' || typeof handler.onResponseError !== 'function') {
      throw new errors.InvalidArgumentError('The handler must be of the form that undici has had since version 7')
    }
    const request = new PooledRequest(this.#lender, options, handler)
    if (this.#closed) request.refused(new PoolClosedError())
    else this.#lender.lend(request, options.signal)
    return true
  }

  /** Borrows a connection; rejects with a `PoolError` or with the signal's reason. It must be released. */
  acquire({ signal }: { signal?: AbortSignal } = {}): Promise<Lease> {
    return new Promise((resolve, reject) => {
      if (this.#closed) reject(new PoolClosedError())
      else this.#lender.lend({ granted: (connection) => resolve(new Lease(connection)), refused: reject }, signal)
    })
  }

  /** Returns a borrowed connection; throws when it has been returned before. */
  release(lease: Lease): void {
    const connection = lease.end()
    // An answer still on its way must not reach the next borrower.
    if (connection.transport.busy) connection.expiresAt = Number.NEGATIVE_INFINITY
    this.#lender.giveBack(connection)
  }

  /** Borrows a connection for as long as `work` takes. */
  async use<T>(work: (lease: Lease) => Promise<T> | T, options?: { signal?: AbortSignal }): Promise<T> {
    const lease = await this.acquire(options)
    try {
      return await work(lease)
    } finally {
      this.release(lease)
    }
  }

  /** The pool's statistics at this moment. */
  stats(): PoolStats {
    const { created, reused, discarded, connectFailures, timeouts, rejected, waitTimes } = this.#statistics
    return {
      created,
      reused,
      discarded,
      errors: connectFailures + timeouts + rejected,
      pool_size: this.#idle.length,
      active_connections: this.#active,
      min_size: this.#options.minSize,
      max_size: this.#options.maxSize,
      in_use: this.#leased.size,
      waiting: this.#waiters.length,
      timeouts,
      rejected,
      wait_ms: waitTimes
    }
  }

  /** Replaces every connection by one with new credentials; those in use are replaced when they come back. */
  renew(): void {
    for (const connection of this.#leased) connection.expiresAt = Number.NEGATIVE_INFINITY
    for (const connection of [...this.#idle]) this.#retire(connection)
    this.#refill()
  }

  /**
   * Admits nobody any more, lets what was admitted finish within `closeTimeout` and ends the rest. Calling it again
   * gives the same end.
   */
  override close(): Promise<void>
  override close(callback: () => void): void
  override close(callback?: () => void): Promise<void> | undefined {
    this.#closed ??= this.#drain()
    return callback ? void this.#closed.then(callback) : this.#closed
  }

  /** Ends everything at once; those under way are told that the pool is closed, whatever the `error`. */
  override destroy(): Promise<void>
  override destroy(error: Error | null): Promise<void>
  override destroy(callback: () => void): void
  override destroy(error: Error | null, callback: () => void): void
  override destroy(error?: Error | null | (() => void), callback?: () => void): Promise<void> | undefined {
    const closed = this.close()
    this.#abandon()
    const done = typeof error === 'function' ? error : callback
    return done ? void closed.then(done) : closed
  }

  get #active(): number {
    return this.#idle.length + this.#leased.size
  }

  get #isEmpty(): boolean {
    return this.#active + this.#closing + this.#waiters.length === 0
  }

  /** The part of the pool that a request sees: how to borrow a connection and how to give it back. */
  readonly #lender = {
    lend: (waiter: Waiter, signal?: AbortSignal): void => {
      if (signal?.aborted) {
        waiter.refused(signal.reason)
        return
      }
      const connection = this.#newestIdle()
      if (connection) {
        this.#statistics.reused++
        waiter.granted(connection)
      } else {
        this.#waiters.push(waiter, signal)
        this.#settle()
      }
    },
    giveBack: (connection: HeaderConnection): void => {
      if (connection.state !== 'leased') return
      connection.fresh = false
      if (connection.isUsable(this.#options.clock.now())) this.#offer(connection)
      else this.#retire(connection)
    }
  }

  #newestIdle(): HeaderConnection | undefined {
    for (let connection = this.#idle.pop(); connection; connection = this.#idle.pop()) {
      connection.state = 'leased'
      this.#leased.add(connection)
      if (connection.isUsable(this.#options.clock.now())) return connection
      this.#retire(connection)
    }
  }

  /** Hands a leased connection to whoever has waited longest, or keeps it for the next caller. */
  #offer(connection: HeaderConnection): void {
    if (this.#waiters.length) {
      if (!connection.fresh) this.#statistics.reused++
      this.#waiters.grant(connection)
    } else if (this.#closed) {
      this.#retire(connection)
    } else {
      this.#leased.delete(connection)
      connection.state = 'idle'
      connection.fresh = false
      connection.idleSince = this.#options.clock.now()
      this.#idle.push(connection)
    }
  }

  /** Turns an open socket into a connection with the credentials of this moment. */
  #add(transport: Transport): void {
    const { lifetime, clock, random, credentials } = this.#options
    const age = lifetime * (1 - JITTER * random())
    const connection = new HeaderConnection(transport, this.#origin.origin, credentials(), clock.now() + age)
    this.#statistics.created++
    this.#leased.add(connection)
    transport.onClose(() => this.#gone(connection))
    this.emit('connect', this.#origin, [this])
    this.#offer(connection)
    this.#refill()
  }

  /** Gives a connection up. */
  #retire(connection: HeaderConnection): void {
    this.#forget(connection)
    this.#closing++
    connection.transport.destroy()
  }

  /** A connection's socket is gone: because the pool closed it, or by itself. */
  #gone(connection: HeaderConnection): void {
    if (connection.state === 'retired') this.#closing--
    else this.#forget(connection)
    this.#settle()
  }

  #forget(connection: HeaderConnection): void {
    if (connection.state === 'idle') this.#idle.splice(this.#idle.indexOf(connection), 1)
    else this.#leased.delete(connection)
    connection.state = 'retired'
    this.#statistics.discarded++
  }

  /** After every change: opens what waiters need, frees those who wait in vain, notices that a closing pool is empty. */
  #settle(): void {
    this.#open(this.#waiters.length)
    const hopeless = this.#active + this.#closing + this.#opener.opening === 0 && this.#opener.pausedBy
    if (hopeless) this.#waiters.refuseAll(hopeless)
    if (this.#isEmpty) this.#onEmpty?.()
  }

  /** Opens what waiters need and what the pool should have at least. */
  #refill(): void {
    const missing = this.#closed ? 0 : this.#options.minSize - this.#active
    this.#open(Math.max(missing, this.#waiters.length))
  }

  #open(count: number): void {
    this.#opener.openUpTo(Math.min(count, this.#options.maxSize - this.#active - this.#closing))
  }

  readonly #housekeep = (): void => {
    const { clock, minSize, idleTimeout } = this.#options
    const now = clock.now()
    // The oldest first.
    for (const connection of [...this.#idle]) {
      const spare = this.#active > minSize && now - connection.idleSince >= idleTimeout
      if (spare || !connection.isUsable(now)) this.#retire(connection)
    }
    this.#refill()
    this.#housekeeper = clock.setTimeout(this.#housekeep, HOUSEKEEPING)
    this.#housekeeper.unref()
  }

  async #drain(): Promise<void> {
    const { clock, closeTimeout } = this.#options
    clock.clearTimeout(this.#housekeeper as Timer)
    const deadline = clock.setTimeout(() => this.#abandon(), closeTimeout)
    const empty = new Promise<void>((resolve) => {
      // A turn later, for a request whose connection has just died may want to be sent once more.
      this.#onEmpty = () => setImmediate(() => this.#isEmpty && resolve())
    })
    for (const connection of [...this.#idle]) this.#retire(connection)
    this.#settle()
    await empty
    clock.clearTimeout(deadline)
    this.#opener.stop()
  }

  /** Ends what a closing pool has still been waiting for. */
  #abandon(): void {
    this.#waiters.refuseAll(new PoolClosedError())
    for (const connection of [...this.#leased]) this.#retire(connection)
    this.#settle()
  }
}
