import { Buffer } from 'node:buffer'
import { systemClock } from '../pool/clock.ts'
import type { DeadlineList } from '../pool/deadline-list.ts'
import type { DispatchController, PooledDispatchOptions, ResponseHeaders } from '../pool/dispatch.ts'
import type { Place } from '../pool/linked-list.ts'
import { Callers } from './callers.ts'
import type { Cancellation } from './cancellation.ts'
import type { RequestDispatcher } from './dispatcher.ts'
import { refusesKeys } from './error-mapping.ts'
import { invalidResponse, SupabaseError, toRequestError } from './errors.ts'
import type { RequestObserver } from './observer.ts'
import { SupabaseResponse } from './response.ts'
import { type ResponseHandler, SharedWait } from './shared-wait.ts'

/** Where newer keys come from. */
export interface KeySource {
  /** Any value that differs when the keys have been replaced. */
  readonly current: unknown
  /** Reads the keys again. */
  reload(): void
}

/** Bounds the bytes of responses that are being read. */
export interface ReadBudget {
  /** Takes bytes for a response of `size` that has `taken` some before, and gives what it has then. Throws when they do not fit. */
  grow(taken: number, size: number): number
  release(bytes: number): void
}

export interface ExchangeOptions {
  dispatcher: RequestDispatcher
  request: PooledDispatchOptions
  /**
   * The list that it is in from the moment that it first has a connection until the response has been read. The wait for a
   * connection has a deadline of its own, in the pool.
   */
  deadlines: DeadlineList<Exchange>
  /** Whether its time includes the wait for a connection. */
  includeWait?: boolean | undefined
  /** The user's own token that the request carries, which a 401 may be about. */
  token?: string | undefined
  keys?: KeySource | undefined
  budget?: ReadBudget | undefined
  /** Called once, when no more callers can join. */
  onEnd?: ((outcome: SupabaseResponse | Error) => void) | undefined
}

/** The largest response that is read: a page of 1,000 rows is well below it. */
const MAX_RESPONSE_BYTES = 16 * 1024 * 1024

/**
 * One request to Supabase and the callers that wait for its response. As long as Supabase refuses the service's keys and
 * there are newer ones, the request is sent again with these. It is aborted when the last of the callers has left.
 */
export class Exchange implements ResponseHandler {
  readonly #options: ExchangeOptions
  /** For a connection. */
  readonly #wait: SharedWait
  readonly #callers = new Callers<SupabaseResponse>((reason) => this.#abort(reason))
  #controller: DispatchController | undefined
  /** When its deadline was set, in milliseconds of the system's clock. */
  since = 0
  #deadline: Place<Exchange> | undefined
  /** The keys at the moment before the request was sent. */
  #keys: unknown
  #ended = false
  #status = 0
  #headers: ResponseHeaders = {}
  #chunks: Buffer[] = []
  /** Bytes of the chunks. */
  #size = 0
  /** Bytes of the budget that are taken for them. */
  #taken = 0

  constructor(options: ExchangeOptions) {
    this.#options = options
    this.#wait = new SharedWait(options.dispatcher, this)
  }

  /** The response. Rejects with a `SupabaseError`, a `PoolError` or the reason of the cancellation. */
  join(cancellation?: Cancellation, observer?: RequestObserver): Promise<SupabaseResponse> {
    return this.#callers.join(cancellation, observer)
  }

  /** Waits for a connection in the turns of one more caller, if it still waits for one. */
  joinWait(caller: PooledDispatchOptions['caller']): void {
    this.#wait.join(caller)
  }

  send(): void {
    // Not later: a connection's headers are older than the request that it carries.
    this.#keys = this.#options.keys?.current
    if (this.#options.includeWait) this.#startDeadline()
    try {
      this.#wait.dispatch(this.#options.request)
    } catch (error) {
      this.#end(error as Error)
    }
  }

  onRequestStart(controller: DispatchController): void {
    this.#controller = controller
    this.#startDeadline()
    this.#callers.markSent()
  }

  onResponseStart(_controller: DispatchController, status: number, headers: ResponseHeaders): void {
    this.#status = status
    this.#headers = headers
  }

  onResponseData(_controller: DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#size += chunk.length
    try {
      if (this.#size > MAX_RESPONSE_BYTES) throw invalidResponse(`The body has more than ${MAX_RESPONSE_BYTES} bytes`)
      this.#taken = this.#options.budget?.grow(this.#taken, this.#size) ?? 0
    } catch (error) {
      this.#abort(error as Error)
    }
  }

  onResponseEnd(): void {
    const [first] = this.#chunks
    const body = first && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks)
    const response = new SupabaseResponse(this.#status, this.#headers, body)
    if (response.status === 401 && this.#hasNewerKeys(response)) {
      this.#dropChunks()
      this.send()
    } else {
      this.#end(response)
    }
  }

  onResponseError(_controller: DispatchController, error: Error): void {
    this.#end(toRequestError(error))
  }

  /** Whether Supabase refused keys that have been replaced meanwhile. */
  #hasNewerKeys(response: SupabaseResponse): boolean {
    const { keys, token } = this.#options
    if (!keys || !refusesKeys(response, token)) return false
    keys.reload()
    return keys.current !== this.#keys
  }

  /** The request has taken too long. */
  expire(): void {
    this.#abort(new SupabaseError('UPSTREAM_TIMEOUT'))
  }

  #startDeadline(): void {
    if (this.#deadline || this.#ended) return
    this.since = systemClock.now()
    this.#deadline = this.#options.deadlines.push(this)
  }

  /** Rejects the callers at once and aborts the request, wherever it is. */
  #abort(reason: Error): void {
    this.#end(reason)
    this.#wait.abort(reason)
    this.#controller?.abort(reason)
  }

  #end(outcome: SupabaseResponse | Error): void {
    if (this.#ended) return
    this.#ended = true
    if (this.#deadline) this.#options.deadlines.remove(this.#deadline)
    this.#options.onEnd?.(outcome)
    if (outcome instanceof SupabaseResponse) this.#callers.resolve(outcome, outcome.status)
    else this.#callers.reject(outcome)
    this.#dropChunks()
  }

  /** The callers hold the body from here on, in the same turn of the event loop. */
  #dropChunks(): void {
    this.#chunks = []
    this.#options.budget?.release(this.#taken)
    this.#size = this.#taken = 0
  }
}
