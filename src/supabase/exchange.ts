import type { DispatchController, DispatchHandler, PooledDispatchOptions, ResponseHeaders } from '../pool/dispatch.ts'
import { failureOnTheWay, timedOut } from './errors.ts'
import { refusesKeys } from './refusal.ts'
import { SupabaseResponse } from './response.ts'

/** Something that sends requests: the pool, or the pool with interceptors around it. */
export interface RequestDispatcher {
  dispatch(options: PooledDispatchOptions, handler: DispatchHandler): boolean
}

/** Where newer keys come from. */
export interface KeySource {
  /** Another value for other keys. */
  readonly current: unknown
  /** Reads the keys anew; `current` differs from then on if they have been replaced. */
  reload(): void
}

export interface ExchangeOptions {
  dispatcher: RequestDispatcher
  request: PooledDispatchOptions
  /**
   * The time in milliseconds from the moment the request first has a connection until the answer has been read; the wait
   * for a connection has a deadline of its own, in the pool.
   */
  timeout: number
  /** Whether the request carries a user's own token, at which a refusal may be aimed. */
  withToken: boolean
  keys?: KeySource | undefined
}

/**
 * Sends a request and collects its answer. When Supabase refuses the service's keys and there are newer ones, the request
 * is sent once more with these.
 * Rejects with a `SupabaseError`, a `PoolError` or the signal's reason.
 */
export function exchange(options: ExchangeOptions): Promise<SupabaseResponse> {
  return new Promise((resolve, reject) => new Exchange(options, resolve, reject).send())
}

class Exchange implements DispatchHandler {
  readonly #options: ExchangeOptions
  readonly #signal: AbortSignal | undefined
  readonly #resolve: (response: SupabaseResponse) => void
  readonly #reject: (error: Error) => void
  #controller: DispatchController | undefined
  #deadline: NodeJS.Timeout | undefined
  /** Why nobody waits for the answer any more. */
  #givenUp: Error | undefined
  /** The keys of the moment before the request was sent. */
  #keys: unknown
  #again = false
  #status = 0
  #headers: ResponseHeaders = {}
  #chunks: Buffer[] = []

  constructor(options: ExchangeOptions, resolve: (response: SupabaseResponse) => void, reject: (error: Error) => void) {
    this.#options = options
    this.#signal = options.request.signal
    this.#resolve = resolve
    this.#reject = reject
    this.#signal?.addEventListener('abort', this.#abort)
  }

  send(): void {
    // Not later: a connection's headers are older than the moment when the request goes out.
    this.#keys = this.#options.keys?.current
    this.#options.dispatcher.dispatch(this.#options.request, this)
  }

  onRequestStart(controller: DispatchController): void {
    // The caller may have been told while a request that is sent once more was waiting for its next connection.
    if (this.#givenUp) {
      controller.abort(this.#givenUp)
      return
    }
    this.#controller = controller
    this.#deadline ??= setTimeout(() => this.#giveUp(timedOut()), this.#options.timeout)
  }

  onResponseStart(_controller: DispatchController, status: number, headers: ResponseHeaders): void {
    this.#status = status
    this.#headers = headers
  }

  onResponseData(_controller: DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    const [first] = this.#chunks
    const body = first && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks)
    const response = new SupabaseResponse(this.#status, this.#headers, body)
    if (response.status === 401 && this.#hasNewerKeys(response)) {
      this.#again = true
      this.#chunks = []
      this.send()
    } else {
      this.#settle()
      this.#resolve(response)
    }
  }

  onResponseError(_controller: DispatchController, error: Error): void {
    this.#settle()
    this.#reject(this.#signal?.aborted ? this.#signal.reason : failureOnTheWay(error))
  }

  /** Whether the refusal was of keys that have been replaced meanwhile. */
  #hasNewerKeys(response: SupabaseResponse): boolean {
    const { keys, withToken } = this.#options
    if (!keys || this.#again || !refusesKeys(response, withToken)) return false
    keys.reload()
    return keys.current !== this.#keys
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
