import type { DispatchHandler, PooledDispatchOptions } from '../pool/dispatch.ts'

/** Sends requests: the pool, or the pool with interceptors around it. The `signal` of a request may be an emitter of `abort`. */
export interface RequestDispatcher {
  dispatch(options: PooledDispatchOptions, handler: DispatchHandler): boolean
}
