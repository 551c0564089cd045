import type { FastifyPluginAsync, RouteHandlerMethod } from 'fastify'

/** Headers of one connection only, and one that offers ranges, which are not served. */
const DROPPED_HEADERS = ['accept-ranges', 'connection', 'date', 'transfer-encoding']

/** Headers that describe a body, which a 304 does not have (RFC 9110, 8.6). */
const BODY_HEADERS = ['content-length', 'content-type']

const routes: FastifyPluginAsync = async (app) => {
  const handler: RouteHandlerMethod = async ({ url, headers: { range: _, ...headers } }, reply) => {
    const page = await app.openDocsPage()
    // Without ranges: thousands of them in one header would have to be parsed.
    const response = await page.inject({ url, headers })
    const { statusCode } = response
    if (statusCode >= 400) throw app.httpErrors.createError(statusCode, 'Not found: no such part of the page')
    const dropped = statusCode === 304 ? [...DROPPED_HEADERS, ...BODY_HEADERS] : DROPPED_HEADERS
    for (const name of dropped) delete response.headers[name]
    // Fastify gives an empty buffer a length and a type; to undefined it gives neither.
    return reply
      .code(statusCode)
      .headers(response.headers)
      .send(statusCode === 304 ? undefined : response.rawPayload)
  }

  app.get('/', { schema: { hide: true }, handler })
  app.get('/*', { schema: { hide: true }, handler })
}

export default routes
