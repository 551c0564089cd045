// undici's terms for a request and its answer, as the pool uses them.
import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import type { Signal } from './abort.ts'
import type { Role } from './headers.ts'

export type DispatchHandler = Dispatcher.DispatchHandler
export type DispatchController = Dispatcher.DispatchController
export type ResponseHeaders = IncomingHttpHeaders

/**
 * Tells a handler that its request was never sent. There is no controller of such a request; undici passes none in that
 * case either.
 */
export function failUnsent(handler: DispatchHandler, error: Error): void {
  handler.onResponseError?.(null as unknown as DispatchController, error)
}

/** What a request over the pool may say beyond undici's own options. */
export interface PooledDispatchOptions extends Dispatcher.DispatchOptions {
  /** Whose key the request carries; `anon` unless said. */
  role?: Role
  /** Ends the wait for a connection. */
  signal?: Signal
  /** Goes before all others that wait for a connection, however many there are; for health checks, not for callers. */
  priority?: boolean
}

/** What hears of a request over the pool, beyond undici's own events. */
export interface PooledDispatchHandler extends DispatchHandler {
  /** The request has to wait for a connection, until `leave` is called: it then fails with that reason. */
  onRequestQueued?(leave: (reason: Error) => void): void
}
