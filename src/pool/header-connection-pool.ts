import { Dispatcher, errors } from 'undici'
import { exposeCredentials } from './compose.ts'
import { ConnectionManager } from './connection-manager.ts'
import { copyRequest, type DispatchHandler, type Interceptor, type PooledDispatchOptions } from './dispatch.ts'
import type { HeaderSets } from './headers.ts'
import { type Lease, LeaseRequest } from './lease.ts'
import type { PoolOptions } from './options.ts'
import { PooledRequest } from './pooled-request.ts'
import type { PoolDurations, PoolStats } from './statistics.ts'

/**
 * A bounded and fair set of authenticated keep-alive connections to one origin. It is an undici `Dispatcher`: whatever
 * takes one (`undici.request`, `fetch`, interceptors) sends its requests over the pool and with the pool's credentials.
 *
 * Emits undici's `connect`, `disconnect` and `connectionError`.
 */
export class HeaderConnectionPool extends Dispatcher {
  // Not #private: undici's `compose()` makes a Proxy, behind which those cannot be reached.
  private readonly connections: ConnectionManager
  private readonly origin: string
  private readonly credentials: () => HeaderSets
  private readonly recordsCallSites: boolean

  constructor(options: PoolOptions) {
    super()
    const origin = new URL(options.origin)
    this.origin = origin.origin
    this.credentials = options.credentials
    this.recordsCallSites = options.leakDetection !== undefined
    this.connections = new ConnectionManager(options, {
      onConnect: () => this.emit('connect', origin, [this]),
      onConnectError: (error) => this.emit('connectionError', origin, [this], error as Error as errors.UndiciError),
      onDisconnect: () => this.emit('disconnect', origin, [this], new errors.SocketError('closed'))
    })
  }

  /**
   * Sends a request, as the options are now, over the next free connection. `options.headers` take precedence over the
   * connection's. Failures reach `handler.onResponseError`: undici's errors and the pool's own `PoolError`s. Throws
   * undici's `InvalidArgumentError` for a handler that could not be told.
   */
  override dispatch(options: PooledDispatchOptions, handler: DispatchHandler): boolean {
    const request = copyRequest(options, handler, this.origin)
    if (!request) return false
    this.connections.acquire(new PooledRequest(this.connections, request, handler))
    return true
  }

  /**
   * Puts undici's interceptors around the pool. They see a request with the credentials of the moment of its dispatch,
   * and these are sent with it. The result is a pool as well.
   */
  override compose(...interceptors: (Interceptor | Interceptor[])[]): this & Dispatcher.ComposedDispatcher {
    const composed = exposeCredentials(interceptors, this.origin, this.credentials)
    return super.compose(composed) as this & Dispatcher.ComposedDispatcher
  }

  /** Acquires a connection, which must be released. Rejects with a `PoolError` or with the signal's reason. */
  acquire({ signal }: { signal?: AbortSignal } = {}): Promise<Lease> {
    return new Promise((resolve, reject) => {
      const request = new LeaseRequest(resolve, reject, signal)
      if (this.recordsCallSites) request.recordCallSite(this.acquire)
      this.connections.acquire(request)
    })
  }

  /** Releases a connection. Throws when it has been released before. */
  release(lease: Lease): void {
    this.connections.release(lease.detach())
  }

  /** Acquires a connection, and releases it when `work` has ended. */
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
    return this.connections.stats()
  }

  /** How long callers waited for connections and held them, counted by bounds since the start. */
  get durations(): PoolDurations {
    return this.connections.durations
  }

  /** Replaces every connection by one with new credentials; leased ones when they are released. */
  renew(): void {
    this.connections.renew()
  }

  /**
   * Rejects new callers, waits up to `closeTimeout` for the others to finish and then destroys what is left. The same
   * promise for each call.
   */
  override close(): Promise<void>
  override close(callback: () => void): void
  override close(callback?: () => void): Promise<void> | undefined {
    const closed = this.connections.close()
    return callback ? void closed.then(callback) : closed
  }

  /** Ends everything at once; requests that wait or are under way fail with a `PoolClosedError`, whatever `error`. */
  override destroy(): Promise<void>
  override destroy(error: Error | null): Promise<void>
  override destroy(callback: () => void): void
  override destroy(error: Error | null, callback: () => void): void
  override destroy(error?: Error | null | (() => void), callback?: () => void): Promise<void> | undefined {
    const closed = this.connections.close()
    this.connections.destroy()
    const done = typeof error === 'function' ? error : callback
    return done ? void closed.then(done) : closed
  }
}
