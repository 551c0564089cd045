import { Dispatcher, errors } from 'undici'
import { type Interceptor, withCredentials } from './compose.ts'
import type { DispatchHandler, PooledDispatchOptions } from './dispatch.ts'
import type { HeaderConnection } from './header-connection.ts'
import { copyRequest } from './request-copy.ts'
import type { Waiter } from './wait-queue.ts'

/**
 * A connection in the hands of one caller, from `pool.acquire()` until `pool.release()`. It is an undici `Dispatcher`
 * itself: `lease.request({ path, method })` goes over this very connection, one request at a time.
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
    return this.held().headers
  }

  /** Throws when the connection has been released, or for a handler that could not be told of a failure. */
  override dispatch(options: PooledDispatchOptions, handler: DispatchHandler): boolean {
    const connection = this.held()
    const request = copyRequest(options, handler, connection.origin)
    return request !== undefined && connection.dispatch(request, handler)
  }

  /** Puts interceptors around this lease; they see a request's credentials. What is composed can be released as well. */
  override compose(...interceptors: (Interceptor | Interceptor[])[]): this & Dispatcher.ComposedDispatcher {
    const { origin, headers } = this.held()
    return super.compose(withCredentials(interceptors, origin, () => headers)) as this & Dispatcher.ComposedDispatcher
  }

  /** Throws: a lease ends by `pool.release()`. */
  override close(): never {
    throw new errors.NotSupportedError('A lease is not closed: release it with pool.release(lease)')
  }

  /** Throws: a lease ends by `pool.release()`. */
  override destroy(): never {
    throw new errors.NotSupportedError('A lease is not destroyed: release it with pool.release(lease)')
  }

  /** Takes the connection back out of the caller's hands; throws when that has happened before. */
  end(): HeaderConnection {
    const connection = this.held()
    this.connection = undefined
    return connection
  }

  private held(): HeaderConnection {
    if (!this.connection) throw new Error('This connection has been released')
    return this.connection
  }
}

/** Code that has called `pool.acquire()`. */
export class Borrower implements Waiter {
  readonly #resolve: (lease: Lease) => void
  readonly refused: (error: Error) => void
  readonly #caller: { stack?: string } = {}

  constructor(resolve: (lease: Lease) => void, refuse: (error: Error) => void) {
    this.#resolve = resolve
    this.refused = refuse
  }

  /** Notes where in the code `callee` was called. */
  notePlace(callee: (...args: never[]) => unknown): void {
    Error.captureStackTrace(this.#caller, callee)
  }

  /** The lines of the stack, the innermost first; empty if it was not noted. */
  get place(): string {
    return String(this.#caller.stack).split('\n    at ').slice(1).join('\n')
  }

  granted(connection: HeaderConnection): void {
    this.#resolve(new Lease(connection))
  }
}
