import type { IncomingMessage } from 'node:http'
import type { FastifyRequest, onRequestHookHandler } from 'fastify'
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    /** Rejects a request whose body nobody reads with 413, unless the body is small; GET and HEAD are without asking. */
    limitUnreadBody: onRequestHookHandler
  }
}

/** The last of the codings; with any other one Node's parser refuses the request. */
const CHUNKED = /(?:^|[ \t,])chunked$/i

/**
 * Rejects the bodies of GET and HEAD, which nobody reads, unless they are small. Node stops reading from the connection when
 * a few kilobytes are buffered, and then no longer notices that the client disconnects: its request would keep a connection of
 * the pool until Supabase responds. RFC 9110 (9.3.1) lets a server reject them.
 */
export default fp(
  async (app) => {
    app.decorate('limitUnreadBody', (request, _reply, done) => {
      done(isBounded(request) ? undefined : app.httpErrors.payloadTooLarge(describeLimit(request)))
    })

    app.addHook('onRequest', (request, reply, done) => {
      const { method } = request.raw
      if (method === 'GET' || method === 'HEAD') app.limitUnreadBody.call(app, request, reply, done)
      else done()
    })

    app.addHook('onSend', (request, reply, payload, done) => {
      // Node would read the rest of it, however long, before the connection's next request.
      if (!isBounded(request) && isUnread(request.raw)) reply.header('connection', 'close')
      done(null, payload)
    })
  },
  { name: 'unread-body', dependencies: ['sensible'] }
)

/** Whether the body, if there is one, is known to be within the route's limit. */
function isBounded(request: FastifyRequest): boolean {
  const { 'transfer-encoding': coding, 'content-length': length } = request.headers
  if (coding !== undefined && CHUNKED.test(coding)) return false
  return length === undefined || Number(length) <= (request.routeOptions.bodyLimit as number)
}

function describeLimit({ raw, routeOptions }: FastifyRequest): string {
  return `The body of a ${raw.method} request must have a Content-Length <= ${routeOptions.bodyLimit}`
}

function isUnread({ readableFlowing }: IncomingMessage): boolean {
  return readableFlowing === null
}
