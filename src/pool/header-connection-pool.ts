import { Dispatcher, type errors } from 'undici'
import { type Interceptor, withCredentials } from './compose.ts'
import { ConnectionBroker } from './connection-broker.ts'
import type { PooledDispatchHandler, PooledDispatchOptions } from './dispatch.ts'
import type { HeaderSets } from './headers.ts'
import { Borrower, type Lease } from './lease.ts'
import type { PoolOptions } from './options.ts'
import { PooledRequest } from './pooled-request.ts'
import { copyRequest } from './request-copy.ts'
import type { PoolDurations, PoolStats } from './statistics.ts'

/**
 * A bounded and fair set of authenticated keep-alive connections to one origin. It is an undici `Dispatcher`: whatever
 * takes one (`undici.request`, `fetch`, interceptors) sends its requests over the pool and with the pool's credentials.
 *
 * Emits undici's `connect` and `connectionError`.
 */
export class HeaderConnectionPool extends Dispatcher {
  // Not #private: undici's `compose()` makes a Proxy, behind which those cannot be reached.
  private readonly broker: ConnectionBroker
  private readonly origin: string
  private readonly credentials: () => HeaderSets
  private readonly placesNoted: boolean

  constructor(options: PoolOptions) {
    super()
    const origin = new URL(options.origin)
    this.origin = origin.origin
    this.credentials = options.credentials
    this.placesNoted = options.longLease !== undefined
    this.broker = new ConnectionBroker(options, {
      onConnect: () => this.emit('connect', origin, [this]),
      onConnectFailure: (error) => this.emit('connectionError', origin, [this], error as Error as errors.UndiciError)
    })
  }

  /**
   * Sends a request, as the options are now, over the next free connection, under whose headers `options.headers` count.
   * Failures reach `handler.onResponseError`: undici's errors and the pool's own `PoolError`s. Throws undici's
   * `InvalidArgumentError` for a handler that could not be told.
   */
  override dispatch(options: PooledDispatchOptions, handler: PooledDispatchHandler): boolean {
    const copy = copyRequest(options, handler, this.origin)
    if (!copy) return false
    const request = new PooledRequest(this.broker, copy, handler)
    this.broker.admit(request, request.signal)
    return true
  }

  /**
   * Puts undici's interceptors around the pool. They see a request with the credentials of the moment of its dispatch,
   * and these are sent with it. What is composed is a pool as well.
   */
  override compose(...interceptors: (Interceptor | Interceptor[])[]): this & Dispatcher.ComposedDispatcher {
    const around = withCredentials(interceptors, this.origin, this.credentials)
    return super.compose(around) as this & Dispatcher.ComposedDispatcher
  }

  /** Borrows a connection; rejects with a `PoolError` or with the signal's reason. It must be released. */
  acquire({ signal }: { signal?: AbortSignal } = {}): Promise<Lease> {
    return new Promise((resolve, reject) => {
      const borrower = new Borrower(resolve, reject)
      if (this.placesNoted) borrower.notePlace(this.acquire)
      this.broker.admit(borrower, signal)
    })
  }

  /** Returns a borrowed connection; throws when it has been returned before. */
  release(lease: Lease): void {
    this.broker.giveBack(lease.end())
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
    return this.broker.stats()
  }

  /** How long callers waited and connections were lent, counted by bounds since the start. */
  get durations(): PoolDurations {
    return this.broker.durations
  }

  /** Replaces every connection by one with new credentials; those in use are replaced when they come back. */
  renew(): void {
    this.broker.renew()
  }

  /**
   * Admits nobody any more, lets what was admitted finish within `closeTimeout` and ends the rest. Calling it again
   * gives the same end.
   */
  override close(): Promise<void>
  override close(callback: () => void): void
  override close(callback?: () => void): Promise<void> | undefined {
    const closed = this.broker.close()
    return callback ? void closed.then(callback) : closed
  }

  /** Ends everything at once; requests that wait or are under way fail with a `PoolClosedError`, whatever `error`. */
  override destroy(): Promise<void>
  override destroy(error: Error | null): Promise<void>
  override destroy(callback: () => void): void
  override destroy(error: Error | null, callback: () => void): void
  override destroy(error?: Error | null | (() => void), callback?: () => void): Promise<void> | undefined {
    const closed = this.broker.close()
    this.broker.abandon()
    const done = typeof error === 'function' ? error : callback
    return done ? void closed.then(done) : closed
  }
}
