import { performance } from 'node:perf_hooks'
import fp from 'fastify-plugin'
import { propertyTypes } from '../src/resources/property-types.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The ids of the numeric property types by name. Rejects with a `SupabaseError` or a `PoolError`. */
    findNumericProperties(): Promise<ReadonlyMap<string, string>>
  }
}

/** They hardly ever change. */
const TTL_MS = 60_000
/** When to read them again after a failure. */
const RETRY_MS = 5_000
const MAX_TYPES = 1000

interface PropertyType {
  id: string
  name: string
}

/** Knows the property types, which name the columns that molecules are filtered and ordered by. */
export default fp(
  async (app) => {
    let known: Promise<ReadonlyMap<string, string>> | undefined
    let staleAt = 0

    const read = () => {
      const types = app.supabase
        .select<PropertyType>(propertyTypes.table, {
          select: 'id,name',
          filters: { data_type: { equals: 'numeric' } },
          limit: MAX_TYPES
        })
        .then((rows) => new Map(rows.map(({ id, name }) => [name, id])))
      const previous = known
      staleAt = performance.now() + TTL_MS
      // Those that are known are good enough until there are newer ones.
      known ??= types
      types.then(
        () => {
          known = types
        },
        () => {
          known = previous
          staleAt = performance.now() + RETRY_MS
        }
      )
      return types
    }

    app.decorate('findNumericProperties', () => {
      if (!known) return read()
      if (performance.now() >= staleAt) read()
      return known
    })
  },
  { name: 'property-types', dependencies: ['supabase'] }
)
