import type { DispatchController, DispatchHandler, PooledDispatchOptions, ResponseHeaders } from '../pool/dispatch.ts'
import { failureOnTheWay, timedOut } from './errors.ts'
import { SupabaseResponse } from './response.ts'

/** Something that sends requests: the pool, or the pool with interceptors around it. */
export interface RequestDispatcher {
  dispatch(options: PooledDispatchOptions, handler: DispatchHandler): boolean
}

/**
 * Sends a request and collects its answer. `timeout` is the time in milliseconds from the moment the request first has a
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
  /** Why nobody waits for the answer any more. */
  #givenUp: Error | undefined
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
    // The caller may have been told while a request that is sent once more was waiting for its next connection.
    if (this.#givenUp) {
      controller.abort(this.#givenUp)
      return
    }
    this.#controller = controller
    this.#deadline ??= setTimeout(() => this.#giveUp(timedOut()), this.#timeout)
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
    this.#reject(this.#signal?.aborted ? this.#signal.reason : failureOnTheWay(error))
  }

  readonly #abort = (): void => {
    this.#giveUp(this.#signal?.reason)
  }

  /** Tells the caller now, wherever the request is. */
  #giveUp(reason: Error): void {
    this.#givenUp = reason
    this.#settle()
    this.#reject(reason)
    this.#controller?.abort(reason)
  }

  #settle(): void {
    clearTimeout(this.#deadline)
    this.#signal?.removeEventListener('abort', this.#abort)
  }
}
