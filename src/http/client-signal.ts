import type { EventEmitter } from 'node:events'
import type { AbortSignalLike } from '../pool/abort.ts'

/** Made once: the stack of an error for each request would cost more than all the rest. */
const CLIENT_DISCONNECTED = new Error('The client disconnected before the response')

/** Aborted when the client disconnects, as `request.signal` is, at a small part of its cost. */
export class ClientSignal implements AbortSignalLike {
  aborted = false
  reason: Error | undefined
  readonly #listeners = new Set<() => void>()

  /** A response emits `close` at its end; so does a request without a body. */
  constructor(message: EventEmitter) {
    // Nobody listens any more when the response has been sent.
    message.on('close', () => {
      this.aborted = true
      this.reason = CLIENT_DISCONNECTED
      for (const listener of this.#listeners) listener()
    })
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.add(listener)
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener)
  }
}
