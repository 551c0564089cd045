import fp from 'fastify-plugin'
import { StructureIndex, type StructureRow } from '../src/chemistry/structure-index.ts'
import { molecules } from '../src/resources/molecules.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Finds molecules by structure, in memory: those that everybody may see. */
    structureIndex: StructureIndex
  }
}

const PAGE_ROWS = 1000

/** Keeps an index of the structures of the molecules, which is built when somebody searches. */
export default fp(
  async (app) => {
    const readPage = (after: StructureRow | undefined) =>
      app.supabase.select<StructureRow>(molecules.table, {
        select: 'id,smiles,updated_at',
        order: 'updated_at.asc,id.asc',
        limit: PAGE_ROWS,
        ...(after && { filters: { or: isBehind(after) } })
      })
    const structureIndex = new StructureIndex({
      chemistry: app.chemistry,
      readPage,
      onError: (err) => app.log.error({ err }, 'Structure index could not be read')
    })
    app.decorate('structureIndex', structureIndex)
    app.addHook('onClose', () => structureIndex.close())
  },
  { name: 'structure-index', dependencies: ['chemistry', 'supabase'] }
)

/** PostgREST's syntax for the rows behind this one. */
function isBehind({ updated_at: time, id }: StructureRow): string {
  return `(updated_at.gt."${time}",and(updated_at.eq."${time}",id.gt.${id}))`
}
