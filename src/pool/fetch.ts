import { type Dispatcher, type RequestInit, fetch as undiciFetch } from 'undici'
import type { PooledDispatchOptions } from './dispatch.ts'

/**
 * Creates a `fetch` whose requests go over a pool, composed with interceptors or not. An aborted one leaves the queue for
 * a connection; with undici's own `fetch(…, { dispatcher: pool })`, which does not pass the signal on to its dispatcher,
 * it would keep its place. Takes a URL, not a `Request`.
 */
export function createFetch(pool: Dispatcher): typeof globalThis.fetch {
  const fetch = (input: string | URL, init: RequestInit = {}) => {
    const { signal } = init
    const dispatcher = signal
      ? pool.compose(
          (dispatch) => (options, handler) => dispatch({ ...options, signal } as PooledDispatchOptions, handler)
        )
      : pool
    return undiciFetch(input, { ...init, dispatcher })
  }
  // undici's types and those of the global fetch differ in details that do not matter here.
  return fetch as never
}
