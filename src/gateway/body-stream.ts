import { performance } from 'node:perf_hooks'
import { Readable } from 'node:stream'
import type { DispatchController } from '../pool/dispatch.ts'
import type { SlowClients } from './slow-clients.ts'

/** How much is read ahead of the reader. */
export const BUFFER_BYTES = 1024 * 1024

/**
 * A response's body on its way to a reader, who may be slower than Supabase. What is read ahead is bounded; beyond that the
 * connection waits for the reader, who must take `BUFFER_BYTES` within `timeout` milliseconds and be none of too many slow
 * clients, or it is given up.
 */
export class BodyStream extends Readable {
  readonly #controller: DispatchController
  readonly #timeout: number
  readonly #slowClients: SlowClients
  readonly #onDestroy: (reason: Error) => void
  #received = 0
  /** How long the connection has waited, in milliseconds. */
  #waited = 0
  #waitingSince = 0
  #deadline: NodeJS.Timeout | undefined
  #endWait = () => {}

  /** `onDestroy` is called when the stream ends before the body does, and after its end. */
  constructor(
    controller: DispatchController,
    timeout: number,
    slowClients: SlowClients,
    onDestroy: (reason: Error) => void
  ) {
    super({ highWaterMark: BUFFER_BYTES })
    this.#controller = controller
    this.#timeout = timeout
    this.#slowClients = slowClients
    this.#onDestroy = onDestroy
  }

  write(chunk: Buffer): void {
    this.#received += chunk.length
    if (this.push(chunk) || this.#deadline) return
    this.#controller.pause()
    this.#waitingSince = performance.now()
    const allowed = this.#timeout * (1 + this.#received / BUFFER_BYTES)
    const giveUp = () => this.destroy(TOO_SLOW())
    this.#deadline = setTimeout(giveUp, allowed - this.#waited)
    this.#endWait = this.#slowClients.wait(giveUp, this.#waited)
  }

  end(): void {
    this.push(null)
  }

  override _read(): void {
    if (!this.#deadline) return
    clearTimeout(this.#deadline)
    this.#deadline = undefined
    this.#endWait()
    this.#waited += performance.now() - this.#waitingSince
    this.#controller.resume()
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    clearTimeout(this.#deadline)
    this.#endWait()
    this.#onDestroy(error ?? new Error('The reader of the response has left'))
    callback(error)
  }
}

const TOO_SLOW = () => new Error('The client takes the response too slowly')
