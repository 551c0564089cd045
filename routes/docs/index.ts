import type { FastifyPluginAsync, RouteHandlerMethod } from 'fastify'

/** Headers of an answer that are for the one connection only, and one that offers what is not given: ranges. */
const DROPPED_HEADERS = ['accept-ranges', 'connection', 'date', 'transfer-encoding']

/** Headers that describe a body, which a 304 does not have (RFC 9110, 8.6). */
const BODY_HEADERS = ['content-length', 'content-type']

const docs: FastifyPluginAsync = async (app) => {
  const handler: RouteHandlerMethod = async ({ url, headers: { range: _, ...headers } }, reply) => {
    const page = await app.openDocsPage()
    // Without a range, which nobody needs of such files: thousands of them in one header would have to be parsed.
    const answer = await page.inject({ url, headers })
    const { statusCode } = answer
    if (statusCode >= 400) throw app.httpErrors.createError(statusCode, 'There is no such part of the page')
    const dropped = statusCode === 304 ? [...DROPPED_HEADERS, ...BODY_HEADERS] : DROPPED_HEADERS
    for (const name of dropped) delete answer.headers[name]
    // Fastify gives an empty buffer a length and a type; to undefined it gives neither.
    return reply
      .code(statusCode)
      .headers(answer.headers)
      .send(statusCode === 304 ? undefined : answer.rawPayload)
  }

  app.get('/', { schema: { hide: true }, handler })
  app.get('/*', { schema: { hide: true }, handler })
}

export default docs
