import fp from 'fastify-plugin'
import { ClientSignal } from '../src/http/client-signal.ts'
import type { AbortSignalLike } from '../src/pool/abort.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Aborted when the client disconnects, as `request.signal` is, at a small part of its cost. */
    readonly clientSignal: AbortSignalLike
    /** Made when `clientSignal` is first read. */
    cachedClientSignal: ClientSignal | null
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
