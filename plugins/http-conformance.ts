import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { rejectOnSocket } from '../src/http/malformed-request.ts'
import { findMalformedParameter } from '../src/http/percent-encoding.ts'
import { readRequestId } from '../src/http/request-id.ts'
import { hasTooManyParameters, MAX_PARAMETERS, MAX_URL_LENGTH } from '../src/http/request-limits.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The query is passed on as it is, and not for the service to understand. */
    opaqueQuery?: boolean
  }
}

/** Enforces HTTP rules that Node does not, or rejects without a body, with errors in the shape of all others. */
export default fp(
  async (app) => {
    app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))

    app.server.on('connect', ({ headers }, socket) => {
      socket.on('error', () => {})
      const rejection = { statusCode: 405, message: 'CONNECT is not supported' }
      rejectOnSocket(rejection, socket, readRequestId(headers), app.log)
    })

    const { badRequest, expectationFailed, uriTooLong } = app.httpErrors

    const findViolation = (request: FastifyRequest): Error | undefined => {
      const { headers, httpVersion, rawHeaders, url = '' } = request.raw
      const { host, expect = '100-continue' } = headers
      if (host === undefined && httpVersion === '1.1') return badRequest('The header Host is missing')
      if (hasSeveralHosts(rawHeaders)) return badRequest('The header Host must be given once')
      if (expect.toLowerCase() !== '100-continue') return expectationFailed('Only "Expect: 100-continue" is supported')
      if (url.length > MAX_URL_LENGTH) return uriTooLong('The URL, or a part of its path, is too long')
      if (hasTooManyParameters(url)) return badRequest(`A URL must have at most ${MAX_PARAMETERS} query parameters`)
      const malformed = findMalformedParameter(url)
      if (malformed === undefined || request.routeOptions.config.opaqueQuery) return
      return badRequest(`The query parameter "${malformed}" has invalid percent-encoding`)
    }

    app.addHook('onRequest', (request, _reply, done) => done(findViolation(request)))
  },
  { name: 'http-conformance', dependencies: ['sensible'] }
)

/** Of two, a proxy may have gone by the other one (RFC 9112, 3.2); Node drops it silently. */
function hasSeveralHosts(rawHeaders: readonly string[]): boolean {
  let hosts = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  return hosts > 1
}
