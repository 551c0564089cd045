import type { Dispatcher } from 'undici'
import type { DispatchHandler, PooledDispatchOptions, ResponseHeaders } from './dispatch.ts'
import { type HeaderSets, headersUnder } from './headers.ts'
import { copyRequest } from './request-copy.ts'

export type Interceptor = Dispatcher.DispatcherComposeInterceptor

/** The headers that tell one caller's response from another's. */
const CREDENTIALS = 'apikey, authorization'

/**
 * Puts `interceptors` between two of the pool's own, so that they know whose request they see: its options have the
 * headers and the origin that it will be sent with, in place of a role, and each response says that it varies by the
 * credentials. Interceptors that share responses between callers, such as undici's deduplicate and cache, go by these.
 */
export function withCredentials(
  interceptors: readonly (Interceptor | readonly Interceptor[])[],
  origin: string,
  credentials: () => HeaderSets
): Interceptor[] {
  const addCredentials: Interceptor = (dispatch) => (options: PooledDispatchOptions, handler) => {
    const request = copyRequest(options, handler, origin)
    if (!request) return false
    const { role: _, ...rest } = request.options
    const headers = { ...headersUnder(request.headers, credentials()[request.role]) }
    return dispatch({ ...rest, origin: options.origin || origin, headers }, handler)
  }
  // The first one of a composition is next to the pool, the last one is the first to see a request.
  return [varyByCredentials, ...(interceptors.flat() as Interceptor[]), addCredentials]
}

const varyByCredentials: Interceptor = (dispatch) => (options, handler) => dispatch(options, wrapHandler(handler))

/** The same handler, but the headers of a response name what it varies by. */
function wrapHandler(handler: DispatchHandler): DispatchHandler {
  return new Proxy(handler, {
    get: (target, name) => {
      const member = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      if (name !== 'onResponseStart') return member.bind(target)
      return (controller: unknown, status: number, headers: ResponseHeaders, message?: string) =>
        member.call(target, controller, status, addVary(headers), message)
    }
  })
}

function addVary(headers: ResponseHeaders): ResponseHeaders {
  const vary = headers.vary ? `${headers.vary}, ${CREDENTIALS}` : CREDENTIALS
  return { ...headers, vary }
}
