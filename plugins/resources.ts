import type { Static } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { formats } from '../src/http/schemas.ts'
import { createItemSchema, createListSchema, createRowSchema } from '../src/resources/contract.ts'
import { cursorAtEnd, cursorColumns, filterBehind, type Position, parseCursor } from '../src/resources/cursor.ts'
import type { createItemParams, createItemQuery, ListQuery } from '../src/resources/list-query.ts'
import type { Resource } from '../src/resources/resource.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Adds the route that lists a resource, `GET /<plural>`. */
    serveList(resource: Resource): void
    /** Adds the route that shows one row of a resource, `GET /<plural>/:id`. */
    serveItem(resource: Resource): void
  }
}

/** Serves the tables that are declared as resources. */
export default fp(
  async (app) => {
    /** Where the page begins that `after` asks for. */
    const parsePosition = (resource: Resource, query: ListQuery, order: string): Position | undefined => {
      const { after, offset, count, select } = query
      if (after === undefined) return
      const reject = (what: string) => app.httpErrors.badRequest(`The query parameter ${what}`)
      if (offset) throw reject('"offset" cannot be combined with "after"')
      if (count && after) throw reject('"count" can only be combined with an empty "after"')
      const needed = cursorColumns(order)
      const selected = select?.split(',') ?? resource.columnNames
      if (!needed.every((column) => selected.includes(column))) {
        throw reject(`"select" must include ${needed.join(', ')} when combined with "after"`)
      }
      const position = parseCursor(resource, after, order)
      if (!position) throw reject(`"after" ${formats.cursor.requirement}`)
      return position
    }

    app.decorate('serveList', function (resource: Resource) {
      const { table, plural, columnNames, toFilters, toSelect, toTotalOrder } = resource
      const defaultOrder = toTotalOrder(resource.order)
      shareRowSchema(this, resource)
      this.get<{ Querystring: ListQuery }>(
        `/${plural}`,
        { schema: createListSchema(resource), onRequest: app.negotiateFormat },
        async (request, reply) => {
          const { query } = request
          const { limit, offset, select, count } = query
          const order = query.order ? toTotalOrder(query.order) : defaultOrder
          const position = parsePosition(resource, query, order)
          const page = await request.supabase.page(table, {
            filters: { ...toFilters(query), ...(position && filterBehind(resource, position)) },
            limit,
            offset: position?.skip ?? offset,
            order,
            select: toSelect(select),
            count
          })
          return reply.sendList({
            name: plural,
            columns: select?.split(',') ?? columnNames,
            page,
            query,
            end: position && cursorAtEnd(resource, page, position)
          })
        }
      )
    })

    app.decorate('serveItem', function (resource: Resource) {
      const { table, plural, singular, toSelect } = resource
      const head = Buffer.from(`{"status":"success","${singular}":`)
      const tail = Buffer.from('}')
      shareRowSchema(this, resource)
      this.get<{
        Querystring: Static<ReturnType<typeof createItemQuery>>
        Params: Static<ReturnType<typeof createItemParams>>
      }>(`/${plural}/:id`, { schema: createItemSchema(resource) }, async (request, reply) => {
        const { count, rows } = await request.supabase.page(table, {
          // PostgreSQL takes either case for the same id; the embedded Supabase compares text.
          filters: { id: { equals: request.params.id.toLowerCase() } },
          limit: 1,
          select: toSelect(request.query.select)
        })
        if (count === 0) throw app.httpErrors.notFound('Not found: unknown id')
        reply.type('application/json; charset=utf-8')
        return Buffer.concat([head, rows.subarray(1, -1), tail])
      })
    })
  },
  { name: 'resources', dependencies: ['list-responses', 'sensible', 'supabase'] }
)

/** For the OpenAPI document, which refers to it by its name. */
function shareRowSchema(app: FastifyInstance, resource: Resource): void {
  const schema = createRowSchema(resource)
  if (!app.getSchema(schema.$id)) app.addSchema(schema)
}
