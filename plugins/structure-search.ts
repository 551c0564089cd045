import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { InvalidStructureError } from '../src/chemistry/errors.ts'
import { collectRows, type HitPage } from '../src/chemistry/hit-rows.ts'
import type { StructureQuery } from '../src/chemistry/search.ts'
import { StructureIndex, type StructureRow } from '../src/chemistry/structure-index.ts'
import { formats } from '../src/http/schemas.ts'
import type { ListQuery } from '../src/resources/list-query.ts'
import type { Resource } from '../src/resources/resource.ts'
import { DEFAULT_MIN_SCORE, parseHitCursor, writeHitCursor } from '../src/resources/structure-query.ts'
import type { SelectOptions } from '../src/supabase/client.ts'
import { invalidResponse } from '../src/supabase/errors.ts'
import type { Page } from '../src/supabase/page.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** A search in the structures of a resource, which are read when it is first used. */
    createStructureSearch(resource: Resource): StructureSearch
  }
}

/** The rows that match a query's filters and these, in the columns that it asks for and those that are needed. */
export type FetchRows = (options: SelectOptions, ...needed: string[]) => Promise<Page>

interface SearchedList {
  readonly columns: readonly string[]
  readonly page: Page
  /** The cursor at its end; undefined if there are no more. */
  readonly end: string | undefined
  /** Whether all structures were searched. */
  readonly complete: boolean
}

type SearchRequest = FastifyRequest<{ Querystring: ListQuery }>

/** Finds a page of a list by structure; returns undefined if the query does not ask for that. */
type StructureSearch = (
  request: SearchRequest,
  columns: readonly string[],
  fetchRows: FetchRows
) => Promise<SearchedList> | undefined

/** What a query searches for, and the parameter that says it. */
interface ParsedSearch {
  readonly parameter: string
  readonly search: StructureQuery
}

const INDEX_PAGE_ROWS = 1000

/** The longest URL of a request for rows: servers take 16 KiB with all headers, and a user's token is one of them. */
const MAX_TARGET_LENGTH = 14_000
/** The most ids in a request for rows, so that it is usually below the 8 KiB that proxies take. */
const MAX_IDS = 150
/** A UUID and a comma, percent-encoded. */
const ID_LENGTH = 39

/** Finds rows by the structures of molecules, in memory: those that everybody may see. */
export default fp(
  async (app) => {
    const reject = (what: string) => app.httpErrors.badRequest(`The query parameter ${what}`)
    const indexes: StructureIndex[] = []
    app.addHook('onClose', () => Promise.all(indexes.map((index) => index.close())))

    const createIndex = ({ table, structures }: Resource) => {
      const readPage = async (after: StructureRow | undefined) => {
        const rows = await app.supabase.select<StructureRow>(table, {
          select: `id,smiles:${structures?.smiles},updated_at`,
          order: 'updated_at.asc,id.asc',
          limit: INDEX_PAGE_ROWS,
          ...(after && { filters: { or: isBehind(after) } })
        })
        // It would be read for ever.
        if (after && rows.at(-1)?.id === after.id && rows.at(-1)?.updated_at === after.updated_at) {
          throw invalidResponse('The rows behind a row end with the same row')
        }
        return rows
      }
      const onError = (err: unknown) => app.log.error({ err }, 'Structures could not be read')
      const index = new StructureIndex({ chemistry: app.chemistry, readPage, onError })
      indexes.push(index)
      return index
    }

    const parseSearch = (query: ListQuery): ParsedSearch | undefined => {
      const { substructure, similar, min, offset, order, count } = query
      if (min !== undefined && similar === undefined) throw reject('"min" can only be combined with "similar"')
      if (substructure === undefined && similar === undefined) return
      const parameter = substructure === undefined ? 'similar' : 'substructure'
      const excluded = Object.entries({ similar: substructure && similar, order, offset: offset || undefined, count })
      const [other] = excluded.find(([, value]) => value !== undefined) ?? []
      if (other) throw reject(`"${other}" cannot be combined with "${parameter}"`)
      const search: StructureQuery =
        substructure === undefined ? { similar: similar as string, min: min ?? DEFAULT_MIN_SCORE } : { substructure }
      return { parameter, search }
    }

    app.decorate('createStructureSearch', (resource) => {
      const index = createIndex(resource)

      const findPage = async (search: StructureQuery, page: HitPage, fetchRows: FetchRows) => {
        const { complete, find } = await index.search(search)
        const releases: (() => void)[] = []
        // With the caller's own token, so that row level security holds.
        const fetchHeld = async (ids: readonly string[]) => {
          const rows = await fetchRows({ filters: { id: `in.(${ids})` }, limit: ids.length, count: 'exact' }, 'id')
          releases.push(app.responseMemory.hold(rows.rows))
          return rows
        }
        const found = await collectRows({ find, fetchRows: fetchHeld }, page).finally(() => {
          for (const release of releases) release()
        })
        return { ...found, complete }
      }

      const searchStructures = async (
        { parameter, search }: ParsedSearch,
        { query, url }: SearchRequest,
        columns: readonly string[],
        fetchRows: FetchRows
      ): Promise<SearchedList> => {
        const begin = parseHitCursor(query.after ?? '')
        if (!begin) throw reject(`"after" ${formats.cursor.requirement}`)
        const page = {
          after: begin.hit,
          limit: query.limit,
          maxIds: Math.min(MAX_IDS, Math.floor((MAX_TARGET_LENGTH - url.length) / ID_LENGTH)),
          showsId: columns.includes('id')
        }
        const { end, complete, ...rows } = await findPage(search, page, fetchRows).catch((error) => {
          if (!(error instanceof InvalidStructureError)) throw error
          throw reject(`"${parameter}" ${error.message}`)
        })
        return { columns: [...columns, 'score'], page: rows, end: end && writeHitCursor(end), complete }
      }

      return (request, columns, fetchRows) => {
        const parsed = parseSearch(request.query)
        return parsed && searchStructures(parsed, request, columns, fetchRows)
      }
    })
  },
  { name: 'structure-search', dependencies: ['chemistry', 'response-memory', 'sensible', 'supabase'] }
)

/** PostgREST's syntax for the rows behind this one. */
function isBehind({ updated_at: time, id }: StructureRow): string {
  return `(updated_at.gt."${time}",and(updated_at.eq."${time}",id.gt.${id}))`
}
