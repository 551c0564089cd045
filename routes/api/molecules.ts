import { type FastifyPluginAsyncTypebox, type Static, Type } from '@fastify/type-provider-typebox'
import { columnList, columnOrder, cursor, strict, wholeNumber } from '../../src/http/schemas.ts'
import { getMolecule, listMolecules } from '../../src/openapi/molecules.ts'
import { moleculeColumns, totalOrder } from '../../src/resources/molecule-columns.ts'
import {
  cursorAtEnd,
  cursorColumns,
  filterBehind,
  MAX_CURSOR_LENGTH,
  type Position,
  parseCursor
} from '../../src/resources/molecule-cursor.ts'
import { moleculeFilters } from '../../src/resources/molecule-filters.ts'

const text = (description: string) =>
  Type.Optional(
    Type.String({
      description: `${description}. An empty one counts as none`,
      maxLength: 300,
      format: 'text without NUL'
    })
  )

const select = Type.Optional(
  Type.String({ description: 'The columns to give, separated by commas; all unless given', format: columnList })
)

const listQuery = strict({
  limit: wholeNumber({ description: 'Molecules on a page at most', default: 10, minimum: 1, maximum: 1000 }),
  offset: wholeNumber({
    description: 'Molecules to skip before the page',
    default: 0,
    minimum: 0,
    maximum: 2_147_483_647
  }),
  after: Type.Optional(
    Type.String({
      description:
        'Where the page begins, in the place of offset and as fast on the last page as on the first: nothing for the ' +
        'first page, then what its link to the next one says',
      maxLength: MAX_CURSOR_LENGTH,
      format: cursor
    })
  ),
  name: text('What the name begins with, in whatever case; every character counts as itself'),
  q: text('What the name has in it, in whatever case; every character counts as itself'),
  formula: text('The molecular formula, exactly'),
  cid: Type.Optional(wholeNumber({ description: "PubChem's number of it", minimum: 1, maximum: 2_147_483_647 })),
  order: Type.Optional(
    Type.String({
      description:
        'Columns with .asc or .desc, separated by commas, the most important first; name.asc unless given. ' +
        'Molecules without a value come last; those that are equal in all are ordered by id',
      format: columnOrder
    })
  ),
  select,
  count: Type.Optional(
    Type.Enum(['exact', 'planned', 'estimated'], {
      description:
        'Adds the total of all pages: counted, as the database estimates it, or estimated only if there are many'
    })
  )
})

const BY_NAME = totalOrder('name.asc')

const molecules: FastifyPluginAsyncTypebox = async (app) => {
  /** Where the page begins that is asked for by `after`. */
  const parseBegin = (query: Static<typeof listQuery>, order: string): Position | undefined => {
    const { after, offset, count, select } = query
    if (after === undefined) return
    const refusal = (what: string) => app.httpErrors.badRequest(`The query parameter ${what}`)
    if (offset) throw refusal('"offset" cannot stand beside "after"')
    if (count && after) throw refusal('"count" can stand beside an empty "after" only')
    const needed = cursorColumns(order)
    const selected = select?.split(',') ?? moleculeColumns
    if (!needed.every((column) => selected.includes(column))) {
      throw refusal(`"select" must have ${needed.join(', ')} beside "after"`)
    }
    const begin = parseCursor(after, order)
    if (!begin) throw refusal(`"after" must be a valid ${cursor}`)
    return begin
  }

  app.get(
    '/molecules',
    { schema: { querystring: listQuery }, onRequest: app.negotiateForm, config: { operation: listMolecules } },
    async (request, reply) => {
      const { query } = request
      const { limit, offset, select, count } = query
      const order = query.order ? totalOrder(query.order) : BY_NAME
      const begin = parseBegin(query, order)
      const page = await app.supabase.page('molecules', {
        filters: { ...moleculeFilters(query), ...(begin && filterBehind(begin)) },
        limit,
        offset: begin?.skip ?? offset,
        order,
        select,
        count,
        token: request.userToken,
        signal: request.departure,
        context: request
      })
      return reply.sendList({
        name: 'molecules',
        columns: select?.split(',') ?? moleculeColumns,
        page,
        query,
        end: begin && cursorAtEnd(page, begin)
      })
    }
  )

  app.get(
    '/molecules/:id',
    {
      schema: {
        querystring: strict({ select }),
        params: strict({ id: Type.String({ format: 'uuid', description: 'The id of the molecule' }) })
      },
      config: { operation: getMolecule }
    },
    async (request, reply) => {
      const { count, rows } = await app.supabase.page('molecules', {
        // PostgreSQL takes either case for the same id; the embedded Supabase compares text.
        filters: { id: { equals: request.params.id.toLowerCase() } },
        limit: 1,
        select: request.query.select,
        token: request.userToken,
        signal: request.departure,
        context: request
      })
      if (count === 0) throw app.httpErrors.notFound('There is no molecule with this id')
      reply.type('application/json; charset=utf-8')
      return Buffer.concat([Buffer.from('{"status":"success","molecule":'), rows.subarray(1, -1), Buffer.from('}')])
    }
  )
}

export default molecules
