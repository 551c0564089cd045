import type {
  DispatchController,
  PooledDispatchHandler,
  PooledDispatchOptions,
  ResponseHeaders
} from '../pool/dispatch.ts'
import { refusesKeys } from './error-mapping.ts'
import { failureOnTheWay, timedOut } from './errors.ts'
import type { RequestObserver } from './observer.ts'
import { SupabaseResponse } from './response.ts'

/** Something that sends requests: the pool, or the pool with interceptors around it. */
export interface RequestDispatcher {
  dispatch(options: PooledDispatchOptions, handler: PooledDispatchHandler): boolean
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
  /** Whether that time begins when the request is dispatched, before the wait. */
  includeWait?: boolean | undefined
  /** The user's own token that the request carries, at which a refusal may be aimed. */
  token?: string | undefined
  keys?: KeySource | undefined
  /** Called once, when it is too late to join. */
  onEnd?: ((outcome: SupabaseResponse | Error) => void) | undefined
}

/** The part of an `AbortSignal` that is needed. */
export interface LeaveSignal {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/** Somebody who waits for the answer. */
interface Caller {
  readonly resolve: (response: SupabaseResponse) => void
  readonly reject: (error: Error) => void
  readonly signal: LeaveSignal | undefined
  readonly observer: RequestObserver | undefined
  readonly onAbort: () => void
}

/**
 * One request to Supabase and those who wait for its answer. When Supabase refuses the service's keys and there are newer
 * ones, the request is sent once more with these. It is given up when the last of the callers has left.
 */
export class Exchange implements PooledDispatchHandler {
  readonly #options: ExchangeOptions
  readonly #callers = new Set<Caller>()
  #controller: DispatchController | undefined
  /** Leaves the queue for a connection. */
  #leaveQueue: ((reason: Error) => void) | undefined
  #deadline: NodeJS.Timeout | undefined
  /** Why nobody waits for the answer any more. */
  #givenUp: Error | undefined
  /** The keys of the moment before the request was sent. */
  #keys: unknown
  #sent = false
  #again = false
  #ended = false
  #status = 0
  #headers: ResponseHeaders = {}
  #chunks: Buffer[] = []

  constructor(options: ExchangeOptions) {
    this.#options = options
  }

  /** The answer. Rejects with a `SupabaseError`, a `PoolError` or the signal's reason. */
  join(signal?: LeaveSignal, observer?: RequestObserver): Promise<SupabaseResponse> {
    return new Promise((resolve, reject) => {
      const caller: Caller = { resolve, reject, signal, observer, onAbort: () => this.#leave(caller) }
      this.#callers.add(caller)
      signal?.addEventListener('abort', caller.onAbort)
      if (this.#sent) observer?.onSent()
    })
  }

  send(): void {
    // Not later: a connection's headers are older than the moment when the request goes out.
    this.#keys = this.#options.keys?.current
    if (this.#options.includeWait) this.#startDeadline()
    try {
      this.#options.dispatcher.dispatch(this.#options.request, this)
    } catch (error) {
      this.#end(error as Error)
    }
  }

  onRequestQueued(leave: (reason: Error) => void): void {
    this.#leaveQueue = leave
  }

  onRequestStart(controller: DispatchController): void {
    // The callers may have been told while a request that is sent once more was waiting for its next connection.
    if (this.#givenUp) {
      controller.abort(this.#givenUp)
      return
    }
    this.#controller = controller
    if (this.#sent) return
    this.#sent = true
    this.#startDeadline()
    for (const { observer } of this.#callers) observer?.onSent()
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
      this.#end(response)
    }
  }

  onResponseError(_controller: DispatchController, error: Error): void {
    this.#end(failureOnTheWay(error))
  }

  /** Whether the refusal was of keys that have been replaced meanwhile. */
  #hasNewerKeys(response: SupabaseResponse): boolean {
    const { keys, token } = this.#options
    if (!keys || this.#again || !refusesKeys(response, token)) return false
    keys.reload()
    return keys.current !== this.#keys
  }

  #startDeadline(): void {
    this.#deadline ??= setTimeout(() => this.#giveUp(timedOut()), this.#options.timeout)
  }

  /** One caller does not want the answer any more. */
  #leave(caller: Caller): void {
    const reason = caller.signal?.reason as Error
    if (this.#callers.size === 1) {
      this.#giveUp(reason)
    } else {
      this.#callers.delete(caller)
      tell(caller, reason)
    }
  }

  /** Tells the callers now, wherever the request is. */
  #giveUp(reason: Error): void {
    this.#givenUp = reason
    this.#end(reason)
    this.#leaveQueue?.(reason)
    this.#controller?.abort(reason)
  }

  #end(outcome: SupabaseResponse | Error): void {
    if (this.#ended) return
    this.#ended = true
    clearTimeout(this.#deadline)
    this.#options.onEnd?.(outcome)
    for (const caller of this.#callers) tell(caller, outcome)
  }
}

function tell(caller: Caller, outcome: SupabaseResponse | Error): void {
  const { resolve, reject, signal, observer, onAbort } = caller
  signal?.removeEventListener('abort', onAbort)
  if (outcome instanceof SupabaseResponse) resolve(outcome)
  else reject(outcome)
  observer?.onEnd(outcome)
}
