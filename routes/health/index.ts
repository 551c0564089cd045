import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { noQuery } from '../../src/http/schemas.ts'
import { getLiveness, getReadiness } from '../../src/openapi/service.ts'

/** Asked every few seconds by machines: only what goes wrong is worth a line in the log. */
const options = { schema: { querystring: noQuery }, logLevel: 'warn', config: { vital: true } } as const

const health: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/live', { ...options, config: { ...options.config, operation: getLiveness } }, async () => ({
    status: 'live'
  }))

  app.get('/ready', { ...options, config: { ...options.config, operation: getReadiness } }, async () => {
    await app.checkReadiness()
    return { status: 'ready' }
  })
}

export default health
