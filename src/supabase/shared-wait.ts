import { EventEmitter } from 'node:events'
import type { DispatchController, DispatchHandler, PooledDispatchOptions, ResponseHeaders } from '../pool/dispatch.ts'
import type { RequestDispatcher } from './dispatcher.ts'

/** Tells whom a request is made for. */
type GetCaller = PooledDispatchOptions['caller']

type Step = 'onRequestStart' | 'onResponseStart' | 'onResponseData' | 'onResponseEnd' | 'onResponseError'
/** What becomes of a request. */
export type ResponseHandler = Required<Pick<DispatchHandler, Step>> & Pick<DispatchHandler, 'onRequestSent'>

/**
 * A request waits in the turns of this many callers at most: one of them comes soon, and a page that everybody asks for must
 * not fill the pool's queue.
 */
const MAX_CALLERS = 16

/**
 * A request's wait for a connection, in the turns of each caller that it is made for: who joins another's request does not
 * wait behind all that the other has sent before. Whichever turn comes first sends the request.
 */
export class SharedWait {
  readonly #dispatcher: RequestDispatcher
  readonly #handler: ResponseHandler
  readonly #turns = new Set<Turn>()
  #request: PooledDispatchOptions | undefined
  #isSent = false
  /** Those who wait; made when a second one joins, for a name takes time to find out. */
  #callers: Set<string> | undefined

  constructor(dispatcher: RequestDispatcher, handler: ResponseHandler) {
    this.#dispatcher = dispatcher
    this.#handler = handler
  }

  /** Waits in the turns of the request's own caller; also to send it again. */
  dispatch(request: PooledDispatchOptions): void {
    this.#request = request
    const turn = new Turn(this, this.#handler)
    this.#turns.add(turn)
    this.#dispatcher.dispatch({ ...request, signal: turn }, turn)
  }

  /** Waits in the turns of another caller as well, unless the request has been sent or waits in those of many. */
  join(getCaller: GetCaller): void {
    if (this.#isSent || this.#callers?.size === MAX_CALLERS) return
    const request = this.#request as PooledDispatchOptions
    const caller = nameCaller(getCaller)
    this.#callers ??= new Set([nameCaller(request.caller)])
    if (this.#callers.has(caller)) return
    this.#callers.add(caller)
    this.dispatch({ ...request, caller: () => caller })
  }

  /** Ends the wait, but not a request that has been sent. */
  abort(reason: Error): void {
    for (const turn of this.#turns) turn.abort(reason)
  }

  /** Ends all turns but this one, which has come. */
  take(turn: Turn): void {
    this.#isSent = true
    for (const other of this.#turns) {
      if (other === turn) continue
      this.#turns.delete(other)
      other.abort(new Error('Another turn has come first'))
    }
  }

  /** Whether nothing is left to wait for. */
  giveUp(turn: Turn): boolean {
    return this.#turns.delete(turn) && this.#turns.size === 0
  }
}

/**
 * Passes on what becomes of the request, once its turn has come or when no other turn is left. Its own signal, by undici's
 * rule for emitters: an `AbortController` for each would cost 1.5 % of a request.
 */
class Turn extends EventEmitter implements DispatchHandler {
  aborted = false
  reason: Error | undefined
  readonly #wait: SharedWait
  readonly #handler: ResponseHandler

  constructor(wait: SharedWait, handler: ResponseHandler) {
    super()
    this.#wait = wait
    this.#handler = handler
  }

  abort(reason: Error): void {
    this.aborted = true
    this.reason = reason
    this.emit('abort')
  }

  onRequestStart(controller: DispatchController, context: unknown): void {
    // A dispatcher with interceptors may send a request again that has been aborted meanwhile.
    if (this.aborted) {
      controller.abort(this.reason as Error)
      return
    }
    this.#wait.take(this)
    this.#handler.onRequestStart(controller, context)
  }

  onRequestSent(): void {
    this.#handler.onRequestSent?.()
  }

  onResponseStart(controller: DispatchController, status: number, headers: ResponseHeaders): void {
    this.#handler.onResponseStart(controller, status, headers)
  }

  onResponseData(controller: DispatchController, chunk: Buffer): void {
    this.#handler.onResponseData(controller, chunk)
  }

  onResponseEnd(controller: DispatchController, trailers: ResponseHeaders): void {
    this.#wait.giveUp(this)
    this.#handler.onResponseEnd(controller, trailers)
  }

  onResponseError(controller: DispatchController, error: Error): void {
    if (this.#wait.giveUp(this)) this.#handler.onResponseError(controller, error)
  }
}

function nameCaller(getCaller: GetCaller): string {
  return getCaller?.() ?? ''
}
