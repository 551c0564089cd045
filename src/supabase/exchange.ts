import type { DispatchController, DispatchHandler, PooledDispatchOptions, ResponseHeaders } from '../pool/dispatch.ts'
import { failureOnTheWay, timedOut } from './errors.ts'
import { SupabaseResponse } from './response.ts'

/** Something that sends requests: the pool, or the pool with interceptors around it. */
export interface RequestDispatcher {
  dispatch(options: PooledDispatchOptions, handler: DispatchHandler): boolean
}

/**
 * Sends a request and collects its answer. `timeout` is the time in milliseconds from the moment the request has a
 * connection until the answer has been read; the wait for a connection has a deadline of its own, in the pool.
 * Rejects with a `SupabaseError`, a `PoolError` or the signal's reason.
 */
export function exchange(
  dispatcher: RequestDispatcher,
  options: PooledDispatchOptions,
  timeout: number
): Promise<SupabaseResponse> {
  return new Promise((resolve, reject) => {
    dispatcher.dispatch(options, new Exchange(timeout, options.signal, resolve, reject))
  })
}

class Exchange implements DispatchHandler {
  readonly #timeout: number
  readonly #signal: AbortSignal | undefined
  readonly #resolve: (response: SupabaseResponse) => void
  readonly #reject: (error: Error) => void
  readonly #chunks: Buffer[] = []
  #controller: DispatchController | undefined
  #deadline: NodeJS.Timeout | undefined
  #status = 0
  #headers: ResponseHeaders = {}

  constructor(
    timeout: number,
    signal: AbortSignal | undefined,
    resolve: (response: SupabaseResponse) => void,
    reject: (error: Error) => void
  ) {
    this.#timeout = timeout
    this.#signal = signal
    this.#resolve = resolve
    this.#reject = reject
    signal?.addEventListener('abort', this.#abort)
  }

  onRequestStart(controller: DispatchController): void {
    this.#controller = controller
    // A request that is sent once more keeps its deadline.
    this.#deadline ??= setTimeout(() => this.#controller?.abort(timedOut()), this.#timeout)
    if (this.#signal?.aborted) this.#abort()
  }

  onResponseStart(_controller: DispatchController, status: number, headers: ResponseHeaders): void {
    this.#status = status
    this.#headers = headers
  }

  onResponseData(_controller: DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    this.#settle()
    const [first] = this.#chunks
    const body = first && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks)
    this.#resolve(new SupabaseResponse(this.#status, this.#headers, body))
  }

  onResponseError(_controller: DispatchController, error: Error): void {
    this.#settle()
    this.#reject(failureOnTheWay(error, this.#signal?.aborted ?? false))
  }

  readonly #abort = (): void => {
    this.#controller?.abort(this.#signal?.reason)
  }

  #settle(): void {
    clearTimeout(this.#deadline)
    this.#signal?.removeEventListener('abort', this.#abort)
  }
}
