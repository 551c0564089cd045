import type { Readable } from 'node:stream'
import { ServiceError } from '../http/service-errors.ts'
import type { DispatchController, PooledDispatchOptions, ResponseHeaders } from '../pool/dispatch.ts'
import { Callers } from '../supabase/callers.ts'
import type { Cancellation } from '../supabase/cancellation.ts'
import type { RequestDispatcher } from '../supabase/dispatcher.ts'
import { invalidResponse, SupabaseError, toRequestError } from '../supabase/errors.ts'
import type { ReadBudget } from '../supabase/exchange.ts'
import type { RequestObserver } from '../supabase/observer.ts'
import { type ResponseHandler, SharedWait } from '../supabase/shared-wait.ts'
import { BodyStream, BUFFER_BYTES } from './body-stream.ts'
import type { SlowClients } from './slow-clients.ts'

/** Supabase's response; a small body has been read to its end. */
export interface RelayedResponse {
  readonly status: number
  /** By lower-case name. */
  readonly headers: ResponseHeaders
  readonly body: Buffer | Readable
}

/** A request to be sent, and who makes it. All times are milliseconds. */
export interface Outgoing {
  dispatcher: RequestDispatcher
  request: PooledDispatchOptions
  /** How long Supabase may take to respond once it has the request, and then for each next part of the body. */
  timeout: number
  /** How long the reader of a larger body may hold the connection up, for each MiB. */
  readerTimeout: number
  slowClients: SlowClients
  /** Bounds the bytes of larger bodies that have been read and not taken. */
  budget: ReadBudget
  cancellation: Cancellation
  observer: RequestObserver
}

/** A larger body is not read to its end before it is passed on. */
const SMALL_BYTES = 64 * 1024
const NO_BODY = Buffer.alloc(0)
/** A client cannot be given a greater one (RFC 9110, 15). */
const MAX_STATUS = 599

/**
 * One request to Supabase and the callers that wait for its response. A small response goes to all of them, a larger one is
 * a stream and goes to the first. The request is aborted when the last of them has left.
 */
export class Relay implements ResponseHandler {
  readonly #outgoing: Outgoing
  readonly #onClosed: ((outcome: RelayedResponse | Error) => void) | undefined
  /** For a connection. */
  readonly #wait: SharedWait
  readonly #callers = new Callers<RelayedResponse | undefined>((reason) => this.#abort(reason))
  #controller: DispatchController | undefined
  #deadline: NodeJS.Timeout | undefined
  /** Called when the client has sent all of a body that is not read before. */
  #endUpload = () => {}
  #ended = false
  #status = 0
  #headers: ResponseHeaders = {}
  #chunks: Buffer[] = []
  #size = 0
  #stream: BodyStream | undefined

  /** `onClosed` is called when it is too late to join, and for a stream once more at its end. */
  constructor(outgoing: Outgoing, onClosed?: (outcome: RelayedResponse | Error) => void) {
    this.#outgoing = outgoing
    this.#wait = new SharedWait(outgoing.dispatcher, this)
    this.#onClosed = onClosed
  }

  /** Sends the request. Rejects with a `SupabaseError`, a `PoolError` or the reason of the cancellation. */
  send(): Promise<RelayedResponse> {
    const { cancellation, observer, request } = this.#outgoing
    const response = this.#callers.join(cancellation, observer)
    this.#wait.dispatch(request)
    // The first to join gets the response in any case.
    return response as Promise<RelayedResponse>
  }

  /**
   * Waits for the same response; `undefined` when it turns out to be a stream, which is the first caller's. Rejects as
   * `send` does. Waits for a connection in the turns of this caller too.
   */
  join({ cancellation, observer, request }: Outgoing): Promise<RelayedResponse | undefined> {
    const response = this.#callers.join(cancellation, observer)
    this.#wait.join(request.caller)
    return response
  }

  onRequestStart(controller: DispatchController): void {
    this.#controller = controller
    const { request, slowClients } = this.#outgoing
    if (request.body && !Buffer.isBuffer(request.body)) {
      this.#endUpload = slowClients.wait(() => this.#abort(new ServiceError('OVERLOADED')))
    }
    this.#callers.markSent()
  }

  /** From now on Supabase is waited for: a request's body takes as long as its client does. */
  onRequestSent(): void {
    this.#endUpload()
    this.#deadline ??= setTimeout(() => {
      // While the reader holds the response up, Supabase is not late.
      if (this.#controller?.paused) this.#deadline?.refresh()
      else this.#abort(new SupabaseError('UPSTREAM_TIMEOUT'))
    }, this.#outgoing.timeout)
  }

  onResponseStart(_controller: DispatchController, status: number, headers: ResponseHeaders): void {
    // Supabase may respond before it has the whole body.
    this.onRequestSent()
    if (status > MAX_STATUS) this.#abort(invalidResponse(`The status ${status} does not exist`))
    this.#status = status
    this.#headers = headers
  }

  onResponseData(controller: DispatchController, chunk: Buffer): void {
    this.#deadline?.refresh()
    if (this.#stream) {
      this.#stream.write(chunk)
      return
    }
    this.#chunks.push(chunk)
    this.#size += chunk.length
    if (this.#size > SMALL_BYTES) this.#startStream(controller)
  }

  onResponseEnd(): void {
    const [first = NO_BODY] = this.#chunks
    this.#end(this.#responseWith(this.#chunks.length > 1 ? Buffer.concat(this.#chunks) : first))
    this.#stream?.end()
  }

  onResponseError(_controller: DispatchController, error: Error): void {
    const failure = toRequestError(error)
    this.#end(failure)
    this.#stream?.destroy(failure)
  }

  #responseWith(body: Buffer | Readable): RelayedResponse {
    return { status: this.#status, headers: this.#headers, body }
  }

  /** The first caller gets the stream, which has one reader; the others send requests of their own. */
  #startStream(controller: DispatchController): void {
    const { readerTimeout, slowClients, budget } = this.#outgoing
    let taken: number
    try {
      taken = budget.grow(0, BUFFER_BYTES)
    } catch (error) {
      this.#abort(error as Error)
      return
    }
    this.#stream = new BodyStream(controller, readerTimeout, slowClients, (reason) => this.#abort(reason))
    this.#stream.once('close', () => budget.release(taken))
    for (const chunk of this.#chunks) this.#stream.write(chunk)
    this.#chunks = []
    const response = this.#responseWith(this.#stream)
    this.#onClosed?.(response)
    this.#callers.resolveFirst(response, undefined, this.#status)
  }

  /** Rejects the callers at once and aborts the request, wherever it is. */
  #abort(reason: Error): void {
    if (this.#ended) return
    this.#end(reason)
    this.#wait.abort(reason)
    this.#controller?.abort(reason)
    this.#stream?.destroy(reason)
  }

  #end(outcome: RelayedResponse | Error): void {
    if (this.#ended) return
    this.#ended = true
    clearTimeout(this.#deadline)
    this.#endUpload()
    this.#onClosed?.(outcome)
    if (outcome instanceof Error) this.#callers.reject(outcome)
    else this.#callers.resolve(outcome, outcome.status)
  }
}
