import { Dispatcher, errors } from 'undici'
import { exposeCredentials } from './compose.ts'
import { copyRequest, type DispatchHandler, type Interceptor, type PooledDispatchOptions } from './dispatch.ts'
import type { HeaderConnection } from './header-connection.ts'
import type { Waiter } from './wait-queue.ts'

/**
 * A connection for one caller alone, from `pool.acquire()` until `pool.release()`. It is an undici `Dispatcher` itself:
 * `lease.request({ path, method })` goes over this very connection, one request at a time.
 */
export class Lease extends Dispatcher {
  // Not #private: undici's `compose()` makes a Proxy, behind which that cannot be reached.
  private connection: HeaderConnection | undefined

  constructor(connection: HeaderConnection) {
    super()
    this.connection = connection
  }

  /** The connection's header sets, by role. */
  get headers(): HeaderConnection['headers'] {
    return this.getConnection().headers
  }

  /** Throws when the connection has been released, or for a handler that could not be told of a failure. */
  override dispatch(options: PooledDispatchOptions, handler: DispatchHandler): boolean {
    const connection = this.getConnection()
    const request = copyRequest(options, handler, connection.origin)
    return request !== undefined && connection.dispatch(request, handler)
  }

  /** Puts interceptors around this lease; they see a request's credentials. The result can be released as well. */
  override compose(...interceptors: (Interceptor | Interceptor[])[]): this & Dispatcher.ComposedDispatcher {
    const { origin, headers } = this.getConnection()
    return super.compose(exposeCredentials(interceptors, origin, () => headers)) as this & Dispatcher.ComposedDispatcher
  }

  /** Throws: `pool.release()` ends a lease. */
  override close(): never {
    throw new errors.NotSupportedError('A lease cannot be closed: release it with pool.release(lease)')
  }

  /** Throws: `pool.release()` ends a lease. */
  override destroy(): never {
    throw new errors.NotSupportedError('A lease cannot be destroyed: release it with pool.release(lease)')
  }

  /** Returns the connection and keeps the caller from using it any more. Throws when it has been released before. */
  detach(): HeaderConnection {
    const connection = this.getConnection()
    this.connection = undefined
    return connection
  }

  private getConnection(): HeaderConnection {
    if (!this.connection) throw new Error('This connection has been released')
    return this.connection
  }
}

/** A call of `pool.acquire()` that waits for its lease. */
export class LeaseRequest implements Waiter {
  readonly #resolve: (lease: Lease) => void
  readonly reject: (error: Error) => void
  readonly signal: AbortSignal | undefined
  readonly priority = false
  readonly caller = ''
  readonly #trace: { stack?: string } = {}

  constructor(resolve: (lease: Lease) => void, reject: (error: Error) => void, signal?: AbortSignal) {
    this.#resolve = resolve
    this.reject = reject
    this.signal = signal
  }

  /** Records where in the code `callee` was called. */
  recordCallSite(callee: (...args: never[]) => unknown): void {
    Error.captureStackTrace(this.#trace, callee)
  }

  /** The frames of the stack, the innermost first; empty if they were not recorded. */
  get callSite(): string {
    return String(this.#trace.stack).split('\n    at ').slice(1).join('\n')
  }

  /** False: a caller could use a connection that it has forgotten to release. */
  takeProgress(): boolean {
    return false
  }

  grant(connection: HeaderConnection): void {
    this.#resolve(new Lease(connection))
  }
}
