import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import { noQuery, strict, wholeNumber } from '../../src/schemas.ts'

const listQuery = strict({
  limit: wholeNumber({ default: 10, minimum: 1, maximum: 1000 }),
  offset: wholeNumber({ default: 0, minimum: 0, maximum: 2_147_483_647 }),
  name: Type.Optional(Type.String({ maxLength: 300, format: 'text without NUL' }))
})

const JSON_TYPE = 'application/json; charset=utf-8'
const END = Buffer.from('}')

const molecules: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/molecules', { schema: { querystring: listQuery } }, async (request, reply) => {
    const { limit, offset, name } = request.query
    const { count, rows } = await app.supabase.page('molecules', {
      filters: name ? { name: { startsWith: name } } : {},
      limit,
      offset,
      order: 'name.asc,id.asc',
      token: request.userToken,
      signal: request.signal
    })
    // The rows go out as they came in: nothing is gained by parsing them.
    reply.type(JSON_TYPE)
    return Buffer.concat([Buffer.from(`{"status":"success","count":${count},"molecules":`), rows, END])
  })

  app.get(
    '/molecules/:id',
    { schema: { querystring: noQuery, params: strict({ id: Type.String({ format: 'uuid' }) }) } },
    async (request, reply) => {
      const { count, rows } = await app.supabase.page('molecules', {
        // PostgreSQL takes either case for the same id; the embedded Supabase compares text.
        filters: { id: { equals: request.params.id.toLowerCase() } },
        limit: 1,
        token: request.userToken,
        signal: request.signal
      })
      if (count === 0) throw app.httpErrors.notFound('There is no molecule with this id')
      reply.type(JSON_TYPE)
      return Buffer.concat([Buffer.from('{"status":"success","molecule":'), rows.subarray(1, -1), END])
    }
  )
}

export default molecules
