import type { FastifyPluginAsync } from 'fastify'
import { toErrorResponse } from '../../../src/http/error-response.ts'
import { parseVary } from '../../../src/http/response-headers.ts'

const READING = ['GET', 'HEAD', 'OPTIONS']

/** When to try again after a 503, in seconds: not all at once. */
const RETRY_AFTER = { least: 1, most: 3 }

/** Supabase's Data API over the pool, as far as `GATEWAY` opens it: docs/gateway.md */
const dataApi: FastifyPluginAsync = async (app) => {
  const { gateway, config } = app
  if (!gateway) return

  // Bodies are for Supabase, as they are.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))

  // In the shape of PostgREST's errors, which its clients understand.
  app.setErrorHandler<Error & { hint?: string }>((error, request, reply) => {
    const { statusCode, headers, body } = toErrorResponse(error, request.id)
    reply.code(statusCode).headers(headers)
    if (statusCode === 503) reply.header('retry-after', randomRetryAfter())
    reply.send({ code: body.code, message: body.message, details: null, hint: error.hint ?? null })
  })

  // Has the errors of paths below this one that no route matches formatted here, too.
  app.setNotFoundHandler(app.rejectNotFound)

  app.addHook('onRequest', async (request) => {
    request.userToken = gateway.checkCredentials(request.raw)
  })

  const relay = (url: string, kind: '' | 'rpc/') => {
    app.route<{ Params: { name: string } }>({
      method: config.GATEWAY === 'read' ? READING : [...READING, 'POST', 'PUT', 'PATCH', 'DELETE'],
      url,
      schema: { hide: true },
      config: { opaqueQuery: true },
      handler: async (request, reply) => {
        const { raw, userToken: token } = request
        const { name } = request.params
        request.record.table = kind + name
        const { status, headers, body } = await gateway.relay({
          raw,
          kind,
          name,
          token,
          cancellation: reply.raw,
          caller: request
        })
        reply.code(status)
        const { age } = request.record
        if (age !== undefined) reply.header('age', age)
        for (const name in headers) {
          if (name === 'vary') reply.vary(parseVary(String(headers.vary)))
          else if (!reply.hasHeader(name)) reply.header(name, headers[name])
        }
        // Node would read the rest of a body, however long, before the connection's next request.
        if (!READING.includes(raw.method as string) && !raw.complete) reply.header('connection', 'close')
        // Of no body Fastify leaves the length as it is, as a response to HEAD has it.
        return reply.send(Buffer.isBuffer(body) && body.length === 0 ? undefined : body)
      }
    })
  }
  relay('/:name', '')
  relay('/rpc/:name', 'rpc/')
}

export default dataApi

function randomRetryAfter(): number {
  return RETRY_AFTER.least + Math.floor(Math.random() * (RETRY_AFTER.most - RETRY_AFTER.least + 1))
}
