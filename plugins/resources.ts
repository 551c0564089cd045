import type { Static } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createSdfFormat } from '../src/chemistry/sdf-list.ts'
import { SDF_TYPE } from '../src/http/list-formats.ts'
import { formats } from '../src/http/schemas.ts'
import { createItemSchema, createListSchema, createRowSchema } from '../src/resources/contract.ts'
import { cursorAtEnd, cursorColumns, filterBehind, type Position, parseCursor } from '../src/resources/cursor.ts'
import { toIdCondition } from '../src/resources/filter.ts'
import type { createItemParams, createItemQuery, ListQuery } from '../src/resources/list-query.ts'
import { parsePropertyComparison, toPropertyColumn } from '../src/resources/properties.ts'
import { type ListRequest, type Resource, type UsedLookup, usesProperties } from '../src/resources/resource.ts'
import type { SelectOptions, SupabaseClient } from '../src/supabase/client.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Adds the route that lists a resource, `GET /<path>`. */
    serveList(resource: Resource): void
    /** Adds the route that shows one row of a resource, `GET /<path>/:id`. */
    serveItem(resource: Resource): void
  }
}

/** The most rows that are looked up by a filter: their ids leave room in a URL for all else. */
const MAX_LOOKED_UP = 100

/** Serves the tables that are declared as resources. */
export default fp(
  async (app) => {
    const reject = (what: string) => app.httpErrors.badRequest(`The query parameter ${what}`)

    /** Where the page begins that `after` asks for. */
    const parsePosition = (
      resource: Resource,
      { after, offset, count }: ListQuery,
      columns: readonly string[],
      order: string
    ): Position | undefined => {
      if (after === undefined) return
      if (offset) throw reject('"offset" cannot be combined with "after"')
      if (count && after) throw reject('"count" can only be combined with an empty "after"')
      const needed = cursorColumns(order)
      if (!needed.every((column) => column in resource.columns)) {
        throw reject('"order" by a property cannot be combined with "after"')
      }
      if (!needed.every((column) => columns.includes(column))) {
        throw reject(`"select" must include ${needed.join(', ')} when combined with "after"`)
      }
      const position = parseCursor(resource, after, order)
      if (!position) throw reject(`"after" ${formats.cursor.requirement}`)
      return position
    }

    /** The ids of the rows that a filter finds, unless there are many. */
    const lookUp = async (
      supabase: SupabaseClient,
      { lookup, conditions }: UsedLookup
    ): Promise<Set<unknown> | undefined> => {
      const { view, column, id } = lookup
      const options = { select: id, filters: { [column]: conditions }, limit: MAX_LOOKED_UP + 1 }
      const rows = await supabase.select(view, options).catch((error) => {
        if (error.code !== 'UPSTREAM_SCHEMA_MISSING') throw error
      })
      return rows && rows.length <= MAX_LOOKED_UP ? new Set(rows.map((row) => row[id])) : undefined
    }

    /** The request by ids in place of a filter that finds few rows. */
    const replaceByIds = async (
      supabase: SupabaseClient,
      resource: Resource,
      query: ListQuery,
      request: ListRequest,
      used: UsedLookup
    ): Promise<ListRequest> => {
      const ids = await lookUp(supabase, used)
      if (!ids) return request
      const { [used.column]: _, ...filters } = request.filters
      const { relation } = resource.toRequest({ ...query, [used.name]: undefined })
      return { relation, filters: { ...filters, id: ids.size ? `in.(${[...ids]})` : 'is.null' } }
    }

    /** The filters and the order of a query that names properties, whose ids the database knows. */
    const findProperties = async (
      { properties, toTotalOrder }: Resource,
      query: ListQuery,
      request: ListRequest
    ): Promise<{ source: ListRequest; order: string }> => {
      const { column: propertyColumn } = properties as NonNullable<Resource['properties']>
      const ids = await app.findNumericProperties()
      const toColumn = (parameter: string) => (name: string) => {
        const id = ids.get(name)
        if (!id) throw reject(`"${parameter}" names no numeric property: "${name}"; see GET /api/property-types`)
        return toPropertyColumn(propertyColumn, id)
      }
      const filters: Record<string, ListRequest['filters'][string]> = { ...request.filters }
      for (const text of [query.property ?? []].flat()) {
        const { name, comparison } = parsePropertyComparison(text)
        const column = toColumn('property')(name)
        filters[column] = [filters[column] ?? [], comparison].flat()
      }
      return { source: { ...request, filters }, order: toTotalOrder(query.order, toColumn('order')) }
    }

    app.decorate('serveList', function (resource: Resource) {
      const { path, plural, table, properties, structures } = resource
      const search = structures && app.createStructureSearch(resource)
      const onRequest = structures
        ? app.createFormatNegotiation({ [SDF_TYPE]: createSdfFormat(app.chemistry, structures) })
        : app.negotiateFormat
      shareRowSchema(this, resource)
      this.get<{ Querystring: ListQuery }>(
        `/${path}`,
        { schema: createListSchema(resource), onRequest },
        async (request, reply) => {
          const { query, supabase, listFormat } = request
          const columns = resource.toColumns(query.select, query.include)
          const asked = resource.toRequest(query)
          const { source, order } =
            properties && usesProperties(query)
              ? await findProperties(resource, query, asked)
              : { source: asked, order: resource.toTotalOrder(query.order) }
          const fetchFrom = (first: ListRequest, options: SelectOptions, ...needed: string[]) => {
            const names = addMissing(addMissing(columns, listFormat?.needs), needed)
            const fetchPage = ({ relation, filters }: ListRequest) =>
              supabase.page(relation, {
                ...options,
                select: resource.toSelect(names, relation),
                filters: options.filters ? { ...filters, ...options.filters } : filters
              })
            const page = fetchPage(first)
            if (first.relation === table) return page
            return page.catch((error) => {
              const fallback = error.code === 'UPSTREAM_SCHEMA_MISSING' && resource.toFallback(query)
              if (!fallback) throw error
              return fetchPage(fallback)
            })
          }
          const searched = search?.(request, columns, (options, ...needed) => fetchFrom(source, options, ...needed))
          // Its pages have cursors, whether it began at one or not.
          if (searched) return reply.sendList({ name: plural, query: { ...query, after: '' }, ...(await searched) })
          const position = parsePosition(resource, query, columns, order)
          const used = resource.findLookup(query)
          const from = used ? await replaceByIds(supabase, resource, query, source, used) : source
          const page = await fetchFrom(from, {
            filters: position && filterBehind(resource, position),
            limit: query.limit,
            offset: position?.skip ?? query.offset,
            order,
            count: query.count
          })
          return reply.sendList({
            name: plural,
            columns,
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
          filters: { id: toIdCondition(request.params.id) },
          limit: 1,
          select: resource.toSelect(resource.toColumns(select, include), table)
        })
        if (count === 0) throw app.httpErrors.notFound('Not found: unknown id')
        reply.type('application/json; charset=utf-8')
        return Buffer.concat([head, rows.subarray(1, -1), tail])
      })
    })
  },
  {
    name: 'resources',
    dependencies: ['chemistry', 'list-responses', 'property-types', 'sensible', 'structure-search', 'supabase']
  }
)

/** The columns, and of the others those that are missing. */
function addMissing(columns: readonly string[], others: readonly string[] = []): readonly string[] {
  const missing = others.filter((name) => !columns.includes(name))
  return missing.length ? [...columns, ...missing] : columns
}

/** For the OpenAPI document, which refers to it by its name. */
function shareRowSchema(app: FastifyInstance, resource: Resource): void {
  const schema = createRowSchema(resource)
  if (!app.getSchema(schema.$id)) app.addSchema(schema)
}
