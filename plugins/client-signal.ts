import type { ServerResponse } from 'node:http'
import fp from 'fastify-plugin'
import { CLIENT_DISCONNECTED } from '../src/supabase/cancellation.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What the client waits for: emits `close` when it has been sent, or when the client disconnects. */
    response: ServerResponse
    /** Aborted when the client disconnects, or when the response has been sent. Cheaper than Fastify's `signal`. */
    readonly clientSignal: AbortSignal
    /** Made when `clientSignal` is first read. */
    cachedClientSignal: AbortSignal | null
  }
}

/** Tells routes when nobody waits for the response any more. */
export default fp(
  async (app) => {
    app.decorateRequest('response')
    // The request itself is closed as soon as its body has been read.
    app.addHook('onRequest', (request, reply, done) => {
      request.response = reply.raw
      done()
    })

    app.decorateRequest('cachedClientSignal', null)
    app.decorateRequest('clientSignal', {
      getter() {
        if (this.cachedClientSignal) return this.cachedClientSignal
        const controller = new AbortController()
        this.response.on('close', () => controller.abort(CLIENT_DISCONNECTED))
        this.cachedClientSignal = controller.signal
        return controller.signal
      }
    })
  },
  { name: 'client-signal' }
)
