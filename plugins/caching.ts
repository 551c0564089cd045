import { Buffer } from 'node:buffer'
import { hash } from 'node:crypto'
import type { onRequestHookHandler, onSendHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import fresh from 'fresh'
import { MAX_IF_NONE_MATCH_LENGTH } from '../src/http/request-limits.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Keeps caches from showing one user's response to another, and has them revalidate each. */
    keepToUser: onRequestHookHandler
    /** Gives a response its `ETag`, and leaves out the body (304) where the caller has it already. */
    tagContent: onSendHookHandler
    /** Tells how old a response to an anonymous caller is, and how long caches may serve it, where the service caches too. */
    tellAge: onSendHookHandler
  }
}

const ANONYMOUS = 'no-cache'
const PRIVATE = 'private, no-cache'

/** What caches may do with responses (RFC 9111), and conditional requests (RFC 9110, 13.1.2). */
export default fp(
  async (app) => {
    app.decorate('keepToUser', (request, reply, done) => {
      // Not only where it is present: a response to anonymous callers is none to a user.
      reply.vary('Authorization')
      reply.header('cache-control', request.headers.authorization === undefined ? ANONYMOUS : PRIVATE)
      done()
    })

    const { CACHE_SECONDS, CACHE_STALE_SECONDS } = app.config
    const lifetimes = [
      `max-age=${CACHE_SECONDS}`,
      `stale-while-revalidate=${CACHE_SECONDS}`,
      `stale-if-error=${CACHE_STALE_SECONDS}`
    ].join(', ')

    app.decorate('tellAge', ({ record }, reply, payload, done) => {
      if (reply.statusCode === 200) {
        if (record.age !== undefined) reply.header('age', record.age)
        // Another one than for all anonymous callers is the route's own. A search is complete a little later.
        const isOwn = reply.getHeader('cache-control') !== ANONYMOUS
        if (!isOwn && reply.getHeader('x-search-complete') !== 'false') reply.header('cache-control', lifetimes)
      }
      done(null, payload)
    })

    let latest: { payload?: unknown; etag: string } = { etag: '' }

    /**
     * Strong: the same tag means the same bytes. Callers who share a response are served one right after the other, and a page
     * of 482 kB takes 0.25 ms to hash.
     */
    const computeTag = (payload: Buffer | string) => {
      if (payload !== latest.payload) latest = { payload, etag: `"${hash('sha1', payload, 'base64url')}"` }
      return latest.etag
    }

    app.decorate('tagContent', (request, reply, payload, done) => {
      if (reply.statusCode !== 200 || !(Buffer.isBuffer(payload) || typeof payload === 'string')) {
        done(null, payload)
        return
      }
      const etag = computeTag(payload)
      reply.header('etag', etag)
      const { 'if-none-match': known = '' } = request.headers
      // This header alone: `fetch` adds `Cache-Control: no-cache` to it, with which nothing would be fresh.
      if (known.length > MAX_IF_NONE_MATCH_LENGTH || !fresh({ 'if-none-match': known }, { etag })) {
        done(null, payload)
        return
      }
      reply.code(304).removeHeader('content-type')
      // A HEAD's body is dropped after this, and its length is sent.
      done(null, request.method === 'HEAD' ? payload : null)
    })
  },
  { name: 'caching', dependencies: ['config', 'observability', 'sensible'] }
)
