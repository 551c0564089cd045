import { Readable } from 'node:stream'
import fp from 'fastify-plugin'

/**
 * Of a request without a body Node's stream has ended before anyone reads it (`optimizeEmptyRequests`): a parser, which Fastify
 * calls for its `Content-Type` all the same, would wait for the end forever. This gives it one that is still to end.
 */
export default fp(
  async (app) => {
    app.addHook('preParsing', ({ headers }, _reply, payload, done) => {
      const isParsed = headers['content-type'] !== undefined
      done(null, isParsed && (payload as Readable).readableEnded ? Readable.from([]) : payload)
    })
  },
  { name: 'empty-body' }
)
