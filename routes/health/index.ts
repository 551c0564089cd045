import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { noQuery } from '../../src/schemas.ts'

const health: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/live', { schema: { querystring: noQuery } }, async () => ({ status: 'live' }))

  app.get('/ready', { schema: { querystring: noQuery } }, async () => {
    await app.checkReadiness()
    return { status: 'ready' }
  })
}

export default health
