import type { EventEmitter } from 'node:events'

/** Made once: the stack of an error for each request would cost more than all the rest. */
const CLIENT_DISCONNECTED = new Error('The client disconnected before the response')

/**
 * A signal that is aborted when the client disconnects, or when the response has been sent. `message` emits `close` then: a
 * response does, and a request without a body. Cheaper than Fastify's `request.signal`.
 */
export function createClientSignal(message: EventEmitter): AbortSignal {
  const controller = new AbortController()
  message.on('close', () => controller.abort(CLIENT_DISCONNECTED))
  return controller.signal
}
