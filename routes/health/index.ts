import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { noQuery } from '../../src/schemas.ts'

const health: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/live', { schema: { querystring: noQuery } }, async () => ({ status: 'live' }))

  app.get('/ready', { schema: { querystring: noQuery } }, async () => {
    try {
      await app.checkReadiness()
      return { status: 'ready' }
    } catch (error) {
      const { message } = error as Error
      throw app.httpErrors.serviceUnavailable(message, { cause: error })
    }
  })
}

export default health
