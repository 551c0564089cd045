import type { IncomingMessage } from 'node:http'
import fp from 'fastify-plugin'
import type { AbortSignalLike } from '../src/pool/abort.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Tells when the caller leaves, as `request.signal` does, at a small part of its price. */
    readonly departure: AbortSignalLike
    /** The one that `departure` gives, once it has been asked for. */
    ownDeparture: Departure | null
  }
}

/** Made once: the stack of an error for each request would cost more than all the rest. */
const LEFT = new Error('The client left before it was answered')

class Departure implements AbortSignalLike {
  aborted = false
  reason: Error | undefined
  readonly #listeners = new Set<() => void>()

  constructor(request: IncomingMessage) {
    // Comes at the end of every request; nobody listens any more to one that has been answered.
    request.on('close', () => {
      this.aborted = true
      this.reason = LEFT
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

/** Lets routes stop what nobody waits for any more. */
export default fp(
  async (app) => {
    app.decorateRequest('ownDeparture', null)
    app.decorateRequest('departure', {
      getter() {
        this.ownDeparture ??= new Departure(this.raw)
        return this.ownDeparture
      }
    })
  },
  { name: 'departure' }
)
