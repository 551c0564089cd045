import type { Static } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { formats } from '../src/http/schemas.ts'
import { createItemSchema, createListSchema, createRowSchema } from '../src/resources/contract.ts'
import { cursorAtEnd, cursorColumns, filterBehind, type Position, parseCursor } from '../src/resources/cursor.ts'
import type { createItemParams, createItemQuery, ListQuery } from '../src/resources/list-query.ts'
import { parsePropertyComparison, toPropertyColumn } from '../src/resources/properties.ts'
import { type ListRequest, type Resource, usesProperties } from '../src/resources/resource.ts'
import type { SelectOptions } from '../src/supabase/client.ts'
import type { Page } from '../src/supabase/page.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Adds the route that lists a resource, `GET /<path>`. */
    serveList(resource: Resource): void
    /** Adds the route that shows one row of a resource, `GET /<path>/:id`. */
    serveItem(resource: Resource): void
  }
}

/** Serves the tables that are declared as resources. */
export default fp(
  async (app) => {
    const reject = (what: string) => app.httpErrors.badRequest(`The query parameter ${what}`)

    /** Where the page begins that `after` asks for. */
    const parsePosition = (resource: Resource, query: ListQuery, order: string): Position | undefined => {
      const { after, offset, count, select } = query
      if (after === undefined) return
      if (offset) throw reject('"offset" cannot be combined with "after"')
      if (count && after) throw reject('"count" can only be combined with an empty "after"')
      const needed = cursorColumns(order)
      if (!needed.every((column) => column in resource.columns)) {
        throw reject('"order" by a property cannot be combined with "after"')
      }
      const selected = resource.toColumns(select)
      if (!needed.every((column) => selected.includes(column))) {
        throw reject(`"select" must include ${needed.join(', ')} when combined with "after"`)
      }
      const position = parseCursor(resource, after, order)
      if (!position) throw reject(`"after" ${formats.cursor.requirement}`)
      return position
    }

    /** The list's request with the properties that the query names, and its order. */
    const addProperties = async (resource: Resource, query: ListQuery, request: ListRequest, order: string) => {
      const { properties } = resource
      if (!properties || !usesProperties(query)) return { request, order: resource.toTotalOrder(order) }
      const ids = await app.findNumericProperties()
      const toColumn = (parameter: string) => (name: string) => {
        const id = ids.get(name)
        if (!id) throw reject(`"${parameter}" names an unknown property "${name}"; see GET /api/property-types`)
        return toPropertyColumn(properties.column, id)
      }
      const filters: Record<string, ListRequest['filters'][string]> = { ...request.filters }
      for (const text of [query.property ?? []].flat()) {
        const { name, comparison } = parsePropertyComparison(text)
        const column = toColumn('property')(name)
        filters[column] = [filters[column] ?? [], comparison].flat()
      }
      return { request: { ...request, filters }, order: resource.toTotalOrder(order, toColumn('order')) }
    }

    /** A page, without views where the project lacks them and something else can stand in. */
    const fetchPage = async (
      { supabase }: FastifyRequest,
      resource: Resource,
      query: ListQuery,
      { relation, ...options }: ListRequest & Pick<SelectOptions, 'limit' | 'offset' | 'order' | 'count'>
    ): Promise<Page> => {
      const columns = resource.toColumns(query.select, query.include)
      try {
        return await supabase.page(relation, { ...options, select: resource.toSelect(columns, relation) })
      } catch (error) {
        const isMissing = (error as { code?: string }).code === 'UPSTREAM_SCHEMA_MISSING'
        const fallback = relation === resource.table || !isMissing ? undefined : resource.toFallback(query)
        if (!fallback) throw error
        const { filters } = fallback
        const behind = 'and' in options.filters ? { and: options.filters.and as string } : {}
        const select = resource.toSelect(columns, fallback.relation)
        return await supabase.page(fallback.relation, { ...options, filters: { ...filters, ...behind }, select })
      }
    }

    app.decorate('serveList', function (resource: Resource) {
      const { path, plural } = resource
      shareRowSchema(this, resource)
      this.get<{ Querystring: ListQuery }>(
        `/${path}`,
        { schema: createListSchema(resource), onRequest: app.negotiateFormat },
        async (request, reply) => {
          const { query } = request
          const { limit, offset, select, include, count, order: givenOrder = resource.order } = query
          const { request: asked, order } = await addProperties(resource, query, resource.toRequest(query), givenOrder)
          const position = parsePosition(resource, query, order)
          const page = await fetchPage(request, resource, query, {
            relation: asked.relation,
            filters: { ...asked.filters, ...(position && filterBehind(resource, position)) },
            limit,
            offset: position?.skip ?? offset,
            order,
            count
          })
          return reply.sendList({
            name: plural,
            columns: resource.toColumns(select, include),
            page,
            query,
            end: position && cursorAtEnd(resource, page, position)
          })
        }
      )
    })

    app.decorate('serveItem', function (resource: Resource) {
      const { table, path, singular } = resource
      const head = Buffer.from(`{"status":"success","${singular}":`)
      const tail = Buffer.from('}')
      shareRowSchema(this, resource)
      this.get<{
        Querystring: Static<ReturnType<typeof createItemQuery>> & { include?: string }
        Params: Static<ReturnType<typeof createItemParams>>
      }>(`/${path}/:id`, { schema: createItemSchema(resource) }, async (request, reply) => {
        const { select, include } = request.query
        const { count, rows } = await request.supabase.page(table, {
          // PostgreSQL takes either case for the same id; the embedded Supabase compares text.
          filters: { id: { equals: request.params.id.toLowerCase() } },
          limit: 1,
          select: resource.toSelect(resource.toColumns(select, include), table)
        })
        if (count === 0) throw app.httpErrors.notFound('Not found: unknown id')
        reply.type('application/json; charset=utf-8')
        return Buffer.concat([head, rows.subarray(1, -1), tail])
      })
    })
  },
  { name: 'resources', dependencies: ['list-responses', 'property-types', 'sensible', 'supabase'] }
)

/** For the OpenAPI document, which refers to it by its name. */
function shareRowSchema(app: FastifyInstance, resource: Resource): void {
  const schema = createRowSchema(resource)
  if (!app.getSchema(schema.$id)) app.addSchema(schema)
}
