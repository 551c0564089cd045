import type { FastifyPluginAsync, RouteHandlerMethod } from 'fastify'

/** Headers of an answer that are for the one connection only. */
const HOP_BY_HOP = ['connection', 'date', 'transfer-encoding']

const docs: FastifyPluginAsync = async (app) => {
  const handler: RouteHandlerMethod = async ({ url, headers }, reply) => {
    const page = await app.openDocsPage()
    const answer = await page.inject({ url, headers })
    const { statusCode } = answer
    if (statusCode >= 400) throw app.httpErrors.createError(statusCode, 'There is no such part of the page')
    for (const name of HOP_BY_HOP) delete answer.headers[name]
    return reply.code(statusCode).headers(answer.headers).send(answer.rawPayload)
  }

  app.get('/', { schema: { hide: true }, handler })
  app.get('/*', { schema: { hide: true }, handler })
}

export default docs
