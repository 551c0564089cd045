import type { Signal } from './abort.ts'
import { type DispatchController, failUnsent, type PooledDispatchHandler, type ResponseHeaders } from './dispatch.ts'
import type { HeaderConnection } from './header-connection.ts'
import type { RequestCopy } from './request-copy.ts'
import type { Waiter } from './wait-queue.ts'

/** What a request needs of the pool. */
export interface Lender {
  readmit(waiter: Waiter, signal?: Signal): void
  giveBack(connection: HeaderConnection): void
}

/** The errors by which undici tells that a connection was lost, rather than a request refused. */
const LOST = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])
/**
 * How often a request is sent again. Few, for one that makes the server hang up would do so on every connection; two,
 * for the first may have gone over a connection that was just returned, and just closed as well.
 */
const REPEATS = 2

/**
 * A request on its way through the pool: it borrows a connection, hands the answer on to the caller's handler and gives
 * the connection back when the answer has ended, failed or been aborted.
 *
 * A connection that had been idle may turn out to be closed by the server. A request that was never written then takes
 * another one; one that was written is sent again, if that is safe and nothing of the answer had arrived.
 */
export class PooledRequest implements Waiter, PooledDispatchHandler {
  readonly #lender: Lender
  readonly #request: RequestCopy
  readonly #handler: PooledDispatchHandler
  #connection: HeaderConnection | undefined
  #sent = false
  #repeats = 0
  #answered = false

  constructor(lender: Lender, request: RequestCopy, handler: PooledDispatchHandler) {
    this.#lender = lender
    this.#request = request
    this.#handler = handler
  }

  get place(): string {
    const { method, path } = this.#request.options
    return `${method} ${path.split('?', 1)}`
  }

  /** Ends the wait for a connection. */
  get signal(): Signal | undefined {
    return this.#request.options.signal ?? undefined
  }

  get priority(): boolean {
    return this.#request.options.priority === true
  }

  granted(connection: HeaderConnection): void {
    this.#connection = connection
    this.#sent = false
    connection.dispatch(this.#request, this)
  }

  queued(leave: (reason: Error) => void): void {
    try {
      this.#handler.onRequestQueued?.(leave)
    } catch (error) {
      leave(error as Error)
    }
  }

  refused(error: Error): void {
    failUnsent(this.#handler, error)
  }

  onRequestStart(controller: DispatchController, context: unknown): void {
    this.#sent = true
    this.#handler.onRequestStart?.(controller, context)
  }

  onBodySent(chunk: Buffer): void {
    this.#handler.onBodySent?.(chunk)
  }

  onRequestSent(): void {
    this.#handler.onRequestSent?.()
  }

  onResponseStarted(): void {
    this.#handler.onResponseStarted?.()
  }

  onResponseStart(controller: DispatchController, status: number, headers: ResponseHeaders, message?: string): void {
    this.#answered = true
    this.#handler.onResponseStart?.(controller, status, headers, message)
  }

  onResponseData(controller: DispatchController, chunk: Buffer): void {
    this.#handler.onResponseData?.(controller, chunk)
  }

  onResponseEnd(controller: DispatchController, trailers: ResponseHeaders): void {
    this.#giveBack()
    this.#handler.onResponseEnd?.(controller, trailers)
  }

  onResponseError(controller: DispatchController, error: Error): void {
    // Whoever aborted it may have given any reason.
    const repeat = !controller?.aborted && this.#mayRepeat(error)
    this.#giveBack()
    if (repeat) this.#lender.readmit(this, this.signal)
    else this.#handler.onResponseError?.(controller, error)
  }

  #mayRepeat(error: Error & { code?: string }): boolean {
    if (this.#answered || this.#connection?.fresh || !LOST.has(error.code as string)) return false
    if (!this.#sent) return true
    const { method, idempotent = method === 'GET' || method === 'HEAD', body } = this.#request.options
    const replayable = body == null || typeof body === 'string' || ArrayBuffer.isView(body)
    return idempotent && replayable && this.#repeats++ < REPEATS
  }

  #giveBack(): void {
    const connection = this.#connection
    // A handler that throws when the answer has ended is told of its own error, as of a request that failed.
    if (!connection) return
    this.#connection = undefined
    // Only when undici has finished with the socket can be told whether it lives on.
    queueMicrotask(() => this.#lender.giveBack(connection))
  }
}
