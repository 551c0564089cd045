// undici's terms for a request and its response, as the pool uses them.
import type { IncomingHttpHeaders } from 'node:http'
import { type Dispatcher, errors } from 'undici'
import type { Signal } from './abort.ts'
import { copyHeaders, type HeaderSet, type Role } from './headers.ts'

export type DispatchHandler = Dispatcher.DispatchHandler
export type DispatchController = Dispatcher.DispatchController
export type ResponseHeaders = IncomingHttpHeaders
export type Interceptor = Dispatcher.DispatcherComposeInterceptor

/** The options of a request over the pool, beyond undici's own. */
export interface PooledDispatchOptions extends Dispatcher.DispatchOptions {
  /** Whose key the request carries; `anon` by default. */
  role?: Role
  /** Ends the wait for a connection. */
  signal?: Signal
  /** Goes before all others that wait for a connection, however many there are; for health checks, not for callers. */
  priority?: boolean
  /** Tells whom the request is made for: callers that wait for connections take turns. Called only if it has to wait. */
  caller?: (() => string) | undefined
}

/** A request as it was when it was dispatched, whatever its caller does with the options later. */
export interface RequestCopy {
  /** `headers` are set anew for each connection that the request is sent over. */
  readonly options: PooledDispatchOptions
  /** The request's own headers. */
  readonly headers: HeaderSet | undefined
  readonly role: Role
}

/**
 * Copies a request that is dispatched to the pool of this origin. Returns undefined for one that must not go over a
 * pooled connection: its handler is told of undici's `InvalidArgumentError`. Throws that error for a handler that could
 * not be told.
 */
export function copyRequest(
  options: PooledDispatchOptions,
  handler: DispatchHandler,
  origin: string
): RequestCopy | undefined {
  if (typeof handler?.onRequestStart !== 'function' || typeof handler.onResponseError !== 'function') {
    throw new errors.InvalidArgumentError('The handler must have the methods of undici 7 and later')
  }
  try {
    return copy(options, origin)
  } catch (error) {
    failUnsent(handler, error as Error)
  }
}

/** Tells a handler that its request was never sent. Such a request has no controller: undici passes null as well. */
export function failUnsent(handler: DispatchHandler, error: Error): void {
  handler.onResponseError?.(null as unknown as DispatchController, error)
}

function copy(options: PooledDispatchOptions, poolOrigin: string): RequestCopy {
  if (!options || typeof options !== 'object') throw new errors.InvalidArgumentError('opts must be an object.')
  const { origin, method, upgrade, headers, query, role = 'anon' } = options
  // As undici: the request would not go over the dispatcher that the caller means.
  if ('dispatcher' in options && options.dispatcher) {
    throw new errors.InvalidArgumentError('opts.dispatcher is not supported by a dispatcher itself')
  }
  if (origin && origin !== poolOrigin && URL.parse(String(origin))?.origin !== poolOrigin) {
    throw new errors.InvalidArgumentError('The credentials of a pool are sent to its own origin only')
  }
  if (upgrade || method === 'CONNECT') throw new errors.InvalidArgumentError('A pooled connection cannot be upgraded')
  if (role !== 'anon' && role !== 'service') throw new errors.InvalidArgumentError('Unknown role')
  const copied = query ? { ...options, query: structuredClone(query) } : { ...options }
  return { options: copied, headers: copyHeaders(headers), role }
}
