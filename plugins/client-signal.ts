import fp from 'fastify-plugin'
import { createClientSignal } from '../src/http/client-signal.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Aborted when the client disconnects, or when the response has been sent. */
    readonly clientSignal: AbortSignal
    /** Made when `clientSignal` is first read. */
    cachedClientSignal: AbortSignal | null
  }
}

/** Tells routes when nobody waits for the response any more. */
export default fp(
  async (app) => {
    app.decorateRequest('cachedClientSignal', null)
    app.decorateRequest('clientSignal', {
      getter() {
        this.cachedClientSignal ??= createClientSignal(this.raw)
        return this.cachedClientSignal
      }
    })
  },
  { name: 'client-signal' }
)
