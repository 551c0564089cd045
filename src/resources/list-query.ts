import { type Static, type TObject, Type } from 'typebox'
import { ANY_PROPERTY, strict, wholeNumber } from '../http/schemas.ts'
import { MAX_CURSOR_LENGTH } from './cursor.ts'
import type { Resource } from './resource.ts'
import { structureParameters } from './structure-query.ts'

const MAX_PAGE_ROWS = 1000

const pageParameters = {
  limit: wholeNumber({
    description: 'Rows on a page at most',
    default: 10,
    minimum: 1,
    maximum: MAX_PAGE_ROWS,
    examples: [5]
  }),
  offset: wholeNumber({
    description: 'Rows to skip before the page',
    default: 0,
    minimum: 0,
    maximum: 2_147_483_647,
    examples: [0]
  }),
  after: Type.Optional(
    Type.String({
      description:
        'Where the page begins, in place of offset and as fast on the last page as on the first: empty for the first ' +
        'page, then what the link to the next page says',
      maxLength: MAX_CURSOR_LENGTH,
      format: 'cursor',
      examples: ['']
    })
  ),
  order: Type.Optional(Type.String()),
  select: Type.Optional(Type.String()),
  include: Type.Optional(Type.String()),
  property: Type.Optional(Type.Unsafe<string | string[]>({})),
  ...structureParameters,
  count: Type.Optional(
    Type.Enum(['exact', 'planned', 'estimated'], {
      description:
        'Adds the total of all pages: counted, estimated by the database, or estimated only where it is large',
      examples: ['exact']
    })
  )
}

/** The parameters that every list has, beside the filters of its resource. */
export type ListQuery = Static<TObject<typeof pageParameters>>

/** The query schema of a resource's list. */
export function createListQuery(resource: Resource) {
  const { columns, columnNames, filters, order, properties, structures, examples } = resource
  const { limit, offset, after, count } = pageParameters
  return strict({
    limit,
    offset,
    after,
    ...Object.fromEntries(
      Object.entries(filters).map(([name, { schema }]) => [
        name,
        Type.Optional({ ...schema, examples: [examples.filters[name]] })
      ])
    ),
    ...(properties && {
      property: Type.Optional(
        Type.Unsafe<string | string[]>({
          description:
            'Comparisons with numeric properties by name, for instance `LogP.lt.1`; `GET /api/property-types` lists ' +
            'them with their units',
          comparisons: 'named',
          examples: [['LogP.lt.1']]
        })
      )
    }),
    ...(structures && structureParameters),
    order: Type.Optional(
      Type.String({
        description:
          `Columns with .asc or .desc, comma-separated, the most important first; ${order} unless given. ` +
          (properties ? 'Numeric properties are columns by the name `property.<name>`, but not beside `after`. ' : '') +
          'Rows without a value come last; rows that are equal in all are ordered by id',
        columnOrder: [...columnNames.filter((name) => columns[name]?.isValue), ...(properties ? [ANY_PROPERTY] : [])],
        examples: [order]
      })
    ),
    select: createSelect(resource),
    ...createInclude(resource),
    count
  })
}

/** The query schema of one row of a resource. */
export function createItemQuery(resource: Resource) {
  return strict({ select: createSelect(resource), ...createInclude(resource) })
}

/** The path schema of one row of a resource. */
export function createItemParams({ singular, examples }: Resource) {
  return strict({
    id: Type.String({ format: 'uuid', description: `The id of the ${singular}`, examples: [examples.row.id] })
  })
}

function createSelect({ columnNames, examples }: Resource) {
  return Type.Optional(
    Type.String({
      description: 'The columns of the response, comma-separated; all unless given',
      columns: columnNames,
      examples: [examples.columns.join()]
    })
  )
}

function createInclude({ includes }: Resource) {
  if (!includes) return {}
  const names = Object.keys(includes)
  return {
    include: Type.Optional(
      Type.String({ description: 'Rows of other tables to add, comma-separated', columns: names, examples: [names[0]] })
    )
  }
}
