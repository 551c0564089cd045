import { hash } from 'node:crypto'
import type { onRequestHookHandler, onSendHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import fresh from 'fresh'
import { MAX_IF_NONE_MATCH_LENGTH } from '../src/http/request-limits.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Keeps every cache from showing one user's answer to another, and from showing any without asking again. */
    keepToUser: onRequestHookHandler
    /** Gives an answer its `ETag`, and leaves the body out (304) where the caller has it already. */
    tagContent: onSendHookHandler
  }
}

/** What caches may do with answers (RFC 9111), and how callers find out that nothing has changed (RFC 9110, 13.1.2). */
export default fp(
  async (app) => {
    app.decorate('keepToUser', (request, reply, done) => {
      // Not only where it is present: an answer to nobody in particular is no answer to a user.
      reply.vary('Authorization')
      reply.header('cache-control', request.headers.authorization === undefined ? 'no-cache' : 'private, no-cache')
      done()
    })

    let latest: { payload?: unknown; etag: string } = { etag: '' }

    /** Strong: the same tag means the same bytes. Callers who share an answer are served one right after the other. */
    const tagOf = (payload: Buffer | string) => {
      if (payload !== latest.payload) latest = { payload, etag: `"${hash('sha1', payload, 'base64url')}"` }
      return latest.etag
    }

    app.decorate('tagContent', (request, reply, payload, done) => {
      if (reply.statusCode !== 200 || !(Buffer.isBuffer(payload) || typeof payload === 'string')) {
        done(null, payload)
        return
      }
      const etag = tagOf(payload)
      reply.header('etag', etag)
      const { 'if-none-match': known = '' } = request.headers
      // This header alone: `fetch` adds `Cache-Control: no-cache` to it, with which fresh would call nothing fresh.
      if (known.length > MAX_IF_NONE_MATCH_LENGTH || !fresh({ 'if-none-match': known }, { etag })) {
        done(null, payload)
        return
      }
      reply.code(304).removeHeader('content-type')
      // A HEAD's body is taken away after this, and its length is told.
      done(null, request.method === 'HEAD' ? payload : null)
    })
  },
  { name: 'caching', dependencies: ['sensible'] }
)
