import { errors } from 'undici'
import { type DispatchHandler, failUnsent, type PooledDispatchOptions } from './dispatch.ts'
import { copyHeaders, type HeaderSet, type Role } from './headers.ts'

/** A request as it was when it was dispatched, whatever its caller does with the options later. */
export interface RequestCopy {
  /** `headers` are set anew for each connection that the request is sent over. */
  readonly options: PooledDispatchOptions
  /** The request's own headers. */
  readonly headers: HeaderSet | undefined
  readonly role: Role
}

/**
 * Copies a request that is dispatched to the pool of this origin. One that must not go over a pooled connection is
 * refused: its handler is told of undici's `InvalidArgumentError`, and there is no copy. Throws that error for a handler
 * that could not be told.
 */
export function copyRequest(
  options: PooledDispatchOptions,
  handler: DispatchHandler,
  origin: string
): RequestCopy | undefined {
  if (typeof handler?.onRequestStart !== 'function' || typeof handler.onResponseError !== 'function') {
    throw new errors.InvalidArgumentError('The handler must be of the form that undici has had since version 7')
  }
  try {
    return copy(options, origin)
  } catch (error) {
    failUnsent(handler, error as Error)
  }
}

function copy(options: PooledDispatchOptions, own: string): RequestCopy {
  if (!options || typeof options !== 'object') throw new errors.InvalidArgumentError('opts must be an object.')
  const { origin, method, upgrade, headers, query, role = 'anon' } = options
  if (origin && origin !== own && URL.parse(String(origin))?.origin !== own) {
    throw new errors.InvalidArgumentError('The credentials of a pool go to its own origin only')
  }
  if (upgrade || method === 'CONNECT') throw new errors.InvalidArgumentError('A pooled connection is not upgraded')
  if (role !== 'anon' && role !== 'service') throw new errors.InvalidArgumentError('Unknown role')
  const copied = query ? { ...options, query: structuredClone(query) } : { ...options }
  return { options: copied, headers: copyHeaders(headers), role }
}
