import { Readable } from 'node:stream'
import type { Signal } from './abort.ts'
import type { ConnectionManager } from './connection-manager.ts'
import {
  type DispatchController,
  type DispatchHandler,
  failUnsent,
  type RequestCopy,
  type ResponseHeaders
} from './dispatch.ts'
import type { HeaderConnection } from './header-connection.ts'
import type { Waiter } from './wait-queue.ts'

/** The errors by which undici says that a connection was lost, rather than a request refused. */
const CONNECTION_LOST = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])
/**
 * Few, for a request that makes the server hang up would do so on every connection; two, because the first retry may get a
 * connection that was just released and had just been closed as well.
 */
const MAX_RETRIES = 2

/**
 * A request on its way through the pool: acquires a connection, passes the response to the caller's handler and releases
 * the connection when the response has ended, failed or been aborted.
 *
 * A connection that had been idle may turn out to have been closed by the server. A request that was never written then
 * goes over another one; one that was written is sent again if that is safe and nothing of the response had arrived.
 */
export class PooledRequest implements Waiter, DispatchHandler {
  readonly #connections: ConnectionManager
  readonly #request: RequestCopy
  readonly #handler: DispatchHandler
  #connection: HeaderConnection | undefined
  #sent = false
  #retries = 0
  #responseStarted = false
  #progressed = false

  constructor(connections: ConnectionManager, request: RequestCopy, handler: DispatchHandler) {
    this.#connections = connections
    this.#request = request
    this.#handler = handler
    // undici listens from the moment that it is given the request; until then an error would be uncaught.
    if (request.options.body instanceof Readable) request.options.body.on('error', () => {})
  }

  get callSite(): string {
    const { method, path } = this.#request.options
    return `${method} ${path.split('?', 1)}`
  }

  get signal(): Signal | undefined {
    return this.#request.options.signal ?? undefined
  }

  get priority(): boolean {
    return this.#request.options.priority === true
  }

  get caller(): string {
    return this.#request.options.caller?.() ?? ''
  }

  takeProgress(): boolean {
    const progressed = this.#progressed
    this.#progressed = false
    return progressed
  }

  grant(connection: HeaderConnection): void {
    this.#connection = connection
    this.#sent = false
    const { body } = this.#request.options
    const bodyError = body instanceof Readable && body.errored
    if (bodyError) {
      this.#release()
      this.reject(bodyError)
    } else {
      connection.dispatch(this.#request, this)
    }
  }

  reject(error: Error): void {
    failUnsent(this.#handler, error)
  }

  onRequestStart(controller: DispatchController, context: unknown): void {
    this.#sent = true
    this.#handler.onRequestStart?.(controller, context)
  }

  onBodySent(chunk: Buffer): void {
    this.#progressed = true
    this.#handler.onBodySent?.(chunk)
  }

  onRequestSent(): void {
    this.#handler.onRequestSent?.()
  }

  onResponseStarted(): void {
    this.#handler.onResponseStarted?.()
  }

  onResponseStart(controller: DispatchController, status: number, headers: ResponseHeaders, message?: string): void {
    this.#responseStarted = true
    this.#handler.onResponseStart?.(controller, status, headers, message)
  }

  onResponseData(controller: DispatchController, chunk: Buffer): void {
    this.#progressed = true
    this.#handler.onResponseData?.(controller, chunk)
  }

  onResponseEnd(controller: DispatchController, trailers: ResponseHeaders): void {
    this.#release()
    this.#handler.onResponseEnd?.(controller, trailers)
  }

  onResponseError(controller: DispatchController, error: Error): void {
    // An aborted request may fail with any error: the abort's reason.
    const retry = !controller?.aborted && this.#mayRetry(error)
    this.#release()
    if (retry) this.#connections.reacquire(this)
    else this.#handler.onResponseError?.(controller, error)
  }

  #mayRetry(error: Error & { code?: string }): boolean {
    if (this.#responseStarted || this.#connection?.fresh || !CONNECTION_LOST.has(error.code as string)) return false
    if (!this.#sent) return true
    const { method, idempotent = method === 'GET' || method === 'HEAD', body } = this.#request.options
    const replayable = body == null || typeof body === 'string' || ArrayBuffer.isView(body)
    return idempotent && replayable && this.#retries++ < MAX_RETRIES
  }

  #release(): void {
    const connection = this.#connection
    // Released before: a handler that throws from onResponseEnd is told of its own error, as of a request that failed.
    if (!connection) return
    this.#connection = undefined
    // Whether the socket stays open is known only when undici has finished with it.
    queueMicrotask(() => this.#connections.release(connection))
  }
}
