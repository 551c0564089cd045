import {
  copyRequest,
  type DispatchHandler,
  type Interceptor,
  type PooledDispatchOptions,
  type ResponseHeaders
} from './dispatch.ts'
import { type HeaderSets, mergeHeaders } from './headers.ts'

/** The headers that tell one caller's response from another's. */
const CREDENTIALS = 'apikey, authorization'

/**
 * Puts `interceptors` between two of the pool's own, so that they see a request's credentials: its options have the
 * headers and the origin that it will be sent with, in place of a role, and each response varies by the credentials.
 * Interceptors that share responses between callers, such as undici's deduplicate and cache, go by these.
 */
export function exposeCredentials(
  interceptors: readonly (Interceptor | readonly Interceptor[])[],
  origin: string,
  credentials: () => HeaderSets
): Interceptor[] {
  const addCredentials: Interceptor = (dispatch) => (options: PooledDispatchOptions, handler) => {
    const request = copyRequest(options, handler, origin)
    if (!request) return false
    const { role: _, ...rest } = request.options
    const headers = { ...mergeHeaders(request.headers, credentials()[request.role]) }
    return dispatch({ ...rest, origin: options.origin || origin, headers }, handler)
  }
  // The first one of a composition is next to the pool, the last one is the first to see a request.
  return [varyByCredentials, ...(interceptors.flat() as Interceptor[]), addCredentials]
}

const varyByCredentials: Interceptor = (dispatch) => (options, handler) => dispatch(options, wrapHandler(handler))

/** The same handler, but each final response has a `Vary` header with the credentials. */
function wrapHandler(handler: DispatchHandler): DispatchHandler {
  return new Proxy(handler, {
    get: (target, name) => {
      const member = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      if (name !== 'onResponseStart') return member.bind(target)
      return (controller: unknown, status: number, headers: ResponseHeaders, message?: string) =>
        member.call(target, controller, status, addVary(status, headers), message)
    }
  })
}

function addVary(status: number, headers: ResponseHeaders): ResponseHeaders {
  // A cache overwrites the headers of the stored response with those of a 304: without one, its `Vary` remains.
  if (status < 200 || (status === 304 && !headers.vary)) return headers
  const vary = headers.vary ? `${headers.vary}, ${CREDENTIALS}` : CREDENTIALS
  return { ...headers, vary }
}
