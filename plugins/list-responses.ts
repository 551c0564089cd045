import accepts from '@fastify/accepts'
import type { FastifyReply, onRequestHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { type List, type ListForm, listForms } from '../src/http/list-formats.ts'
import { cursorLinks, type PageQuery, pageLinks } from '../src/http/page-links.ts'
import { MAX_ACCEPT_LENGTH } from '../src/http/request-limits.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Finds out in which form the caller wants a list, or refuses with 406; with 400 if `Accept` is too long to be parsed. */
    negotiateForm: onRequestHookHandler
  }
  interface FastifyRequest {
    /** As `negotiateForm` has found. */
    listForm: ListForm | null
  }
  interface FastifyReply {
    /** Sends a page in the form that was negotiated, with links to others: behind its `end`, if it began behind another. */
    sendList(list: SentList): FastifyReply
  }
}

interface SentList extends List {
  readonly query: PageQuery
  readonly end?: string | undefined
}

const types = Object.keys(listForms)

/** Sends lists in the form that the caller accepts: https://github.com/fastify/fastify-accepts */
export default fp(
  async (app) => {
    await app.register(accepts)
    app.decorateRequest('listForm', null)

    app.decorate('negotiateForm', (request, reply, done) => {
      reply.vary('Accept')
      const { accept = '' } = request.headers
      if (accept.length > MAX_ACCEPT_LENGTH) {
        done(app.httpErrors.badRequest(`The header "Accept" must have at most ${MAX_ACCEPT_LENGTH} characters`))
        return
      }
      const type = request.type(types)
      request.listForm = typeof type === 'string' ? (listForms[type] as ListForm) : null
      if (request.listForm) done()
      else
        done(
          app.httpErrors.notAcceptable(
            'The header "Accept" must allow application/json, text/csv or application/x-ndjson'
          )
        )
    })

    app.decorateReply('sendList', function (this: FastifyReply, { query, end, ...list }: SentList) {
      const { routeOptions, listForm } = this.request
      const url = routeOptions.url as string
      const { count, total } = list.page
      const form = listForm as ListForm
      const known = list.page.counting === 'exact' ? total : undefined
      const links = 'after' in query ? cursorLinks(url, query, end) : pageLinks(url, query, { count, total: known })
      if (links) this.header('link', links)
      if (total !== undefined) this.header('x-total-count', total)
      this.type(form.type)
      // Others have their turn while it is written.
      const release = this.server.responseMemory.hold(list.page.rows)
      const body = form.write(list)
      if (Buffer.isBuffer(body)) {
        release()
        return this.send(body)
      }
      body.finally(release).then(
        (bytes) => this.send(bytes),
        (error) => this.send(error)
      )
      return this
    })
  },
  { name: 'lists', dependencies: ['sensible', 'response-memory'] }
)
