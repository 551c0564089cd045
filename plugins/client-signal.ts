import type { IncomingMessage } from 'node:http'
import fp from 'fastify-plugin'
import type { AbortSignalLike } from '../src/pool/abort.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Aborted when the client disconnects, as `request.signal` is, at a small part of its cost. */
    readonly clientSignal: AbortSignalLike
    /** Made when `clientSignal` is first read. */
    cachedClientSignal: ClientSignal | null
  }
}

/** Made once: the stack of an error for each request would cost more than all the rest. */
const CLIENT_DISCONNECTED = new Error('The client disconnected before the response')

class ClientSignal implements AbortSignalLike {
  aborted = false
  reason: Error | undefined
  readonly #listeners = new Set<() => void>()

  constructor(request: IncomingMessage) {
    // Emitted at the end of every request; nobody listens any more when the response has been sent.
    request.on('close', () => {
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

/** Tells routes when nobody waits for the response any more. */
export default fp(
  async (app) => {
    app.decorateRequest('cachedClientSignal', null)
    app.decorateRequest('clientSignal', {
      getter() {
        this.cachedClientSignal ??= new ClientSignal(this.raw)
        return this.cachedClientSignal
      }
    })
  },
  { name: 'client-signal' }
)
