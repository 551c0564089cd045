import { Buffer } from 'node:buffer'
import accepts from '@fastify/accepts'
import type { FastifyReply, onRequestHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { describeAccepted, type List, type ListFormat, listFormats } from '../src/http/list-formats.ts'
import { buildCursorLinks, buildPageLinks, type PageQuery } from '../src/http/page-links.ts'
import { MAX_ACCEPT_LENGTH, MAX_URL_LENGTH } from '../src/http/request-limits.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Negotiates the format of a list, or rejects with 406; with 400 if `Accept` is too long to be parsed. */
    negotiateFormat: onRequestHookHandler
    /** Makes a hook that does the same with further formats, by media type. */
    createFormatNegotiation(others: Readonly<Record<string, ListFormat>>): onRequestHookHandler
  }
  interface FastifyRequest {
    /** As negotiated. */
    listFormat: ListFormat | null
  }
  interface FastifyReply {
    /** Sends a page in the negotiated format, with links to others; `end` is its cursor if it began at one. */
    sendList(list: SentList): FastifyReply
  }
}

interface SentList extends List {
  readonly query: PageQuery
  readonly end?: string | undefined
  /** Whether all structures have been searched, if any have. */
  readonly complete?: boolean
}

/** Sends lists in the format that the caller accepts: https://github.com/fastify/fastify-accepts */
export default fp(
  async (app) => {
    await app.register(accepts)

    app.decorateRequest('listFormat', null)

    app.decorate('createFormatNegotiation', (others) => {
      const formats: Readonly<Record<string, ListFormat>> = { ...listFormats, ...others }
      const types = Object.keys(formats)
      // The charset is often named, though there is no other.
      const mediaTypes = [...types, ...types.map((type) => `${type}; charset=utf-8`)]
      const requirement = describeAccepted(types)
      // Most callers accept what the one before did, and negotiating takes 6 to 20 µs where a request has the header.
      let latest: { accept?: string; format: ListFormat | null } = { format: null }
      return (request, reply, done) => {
        reply.vary('Accept')
        const { accept = '' } = request.headers
        if (accept.length > MAX_ACCEPT_LENGTH) {
          done(app.httpErrors.badRequest(`The header "Accept" must have at most ${MAX_ACCEPT_LENGTH} characters`))
          return
        }
        if (accept !== latest.accept) {
          const [type = ''] = String(request.type(mediaTypes)).split(';')
          latest = { accept, format: formats[type] ?? null }
        }
        request.listFormat = latest.format
        done(request.listFormat ? undefined : app.httpErrors.notAcceptable(requirement))
      }
    })
    app.decorate('negotiateFormat', app.createFormatNegotiation({}))

    app.decorateReply('sendList', function (this: FastifyReply, list: SentList) {
      const { page, query, end, complete } = list
      const { routeOptions, listFormat } = this.request
      const url = routeOptions.url as string
      const { count, total } = page
      const format = listFormat as ListFormat
      const exactTotal = page.counting === 'exact' ? total : undefined
      const links =
        'after' in query ? buildCursorLinks(url, query, end) : buildPageLinks(url, query, { count, total: exactTotal })
      // A URL with the same filters and a longer cursor would be refused.
      if (links && links.length > MAX_URL_LENGTH) {
        throw app.httpErrors.uriTooLong('The URL leaves no room for that of the next page')
      }
      // Not before: an error has none of these headers.
      const sendBody = (body: Buffer | string) => {
        if (links) this.header('link', links)
        if (total !== undefined) this.header('x-total-count', total)
        if (complete !== undefined) this.header('x-search-complete', String(complete))
        return this.type(format.type).send(body)
      }
      // Others have their turn while it is written.
      const release = this.server.responseMemory.hold(page.rows)
      const body = format.write(list)
      if (typeof body === 'string' || Buffer.isBuffer(body)) {
        release()
        return sendBody(body)
      }
      body.finally(release).then(sendBody, (error) => this.send(error))
      return this
    })
  },
  { name: 'list-responses', dependencies: ['response-memory', 'sensible'] }
)
