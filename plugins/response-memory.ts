import { Buffer } from 'node:buffer'
import fp from 'fastify-plugin'
import { readMemoryLimit } from '../src/http/process-memory.ts'
import { ResponseMemory, SMALL_BODY_BYTES } from '../src/http/response-memory.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Bounds the bytes of responses in memory. */
    responseMemory: ResponseMemory
  }
}

/** Of the memory that the process may use. The rest is for the process, copies, and buffers not yet garbage-collected. */
const MEMORY_SHARE = 1 / 8
/** Room for two of the largest responses, however little memory there is. */
const MIN_LIMIT_BYTES = 32 * 1024 * 1024

/** Rejects large responses that there is no memory for, rather than have the process killed. */
export default fp(
  async (app) => {
    const responseMemory = new ResponseMemory({
      limit: Math.max(readMemoryLimit() * MEMORY_SHARE, MIN_LIMIT_BYTES),
      sendTimeout: app.config.CLIENT_TIMEOUT * 1000
    })
    app.decorate('responseMemory', responseMemory)

    app.addHook('onSend', (_request, { raw }, payload, done) => {
      const isBody = Buffer.isBuffer(payload) || typeof payload === 'string'
      // Nothing more is heard of a response whose client has disconnected.
      if (!isBody || payload.length <= SMALL_BODY_BYTES || raw.destroyed) {
        done(null, payload)
        return
      }
      try {
        raw.once('close', responseMemory.send(payload, raw))
        done(null, payload)
      } catch (error) {
        done(error as Error)
      }
    })
  },
  { name: 'response-memory', dependencies: ['config'] }
)
