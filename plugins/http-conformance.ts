import type { IncomingMessage } from 'node:http'
import fp from 'fastify-plugin'
import { refuseOnSocket } from '../src/http/malformed-request.ts'
import { unreadableParameter } from '../src/http/percent-encoding.ts'
import { requestIdOf } from '../src/http/request-id.ts'
import { hasTooManyParameters, MAX_PARAMETERS, MAX_URL_LENGTH } from '../src/http/request-limits.ts'

/** Answers in the shape of all errors what would be refused without a word, or taken for something else. */
export default fp(
  async (app) => {
    app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))

    app.server.on('connect', ({ headers }, socket) => {
      socket.on('error', () => {})
      const refusal = { statusCode: 405, message: 'This is no proxy' }
      refuseOnSocket(refusal, socket, requestIdOf(headers), app.log)
    })

    const { badRequest, expectationFailed, uriTooLong } = app.httpErrors

    const refusalOf = ({ headers, httpVersion, rawHeaders, url = '' }: IncomingMessage): Error | undefined => {
      const { host, expect = '100-continue' } = headers
      if (host === undefined && httpVersion === '1.1') return badRequest('A request needs the header Host')
      if (hasSeveralHosts(rawHeaders)) return badRequest('A request has the header Host once')
      if (expect.toLowerCase() !== '100-continue') return expectationFailed('Of expectations only 100-continue is met')
      if (url.length > MAX_URL_LENGTH) return uriTooLong('The URL, or a part of its path, is too long')
      if (hasTooManyParameters(url)) return badRequest(`A URL has at most ${MAX_PARAMETERS} query parameters`)
      const unreadable = unreadableParameter(url)
      if (unreadable === undefined) return
      return badRequest(`The query parameter "${unreadable}" is not readable: its percent-encoding is wrong`)
    }

    app.addHook('onRequest', ({ raw }, _reply, done) => done(refusalOf(raw)))
  },
  { name: 'protocol', dependencies: ['errors', 'sensible'] }
)

/** Of two, somebody on the way may have gone by the other one (RFC 9112, 3.2); Node drops it without a word. */
function hasSeveralHosts(rawHeaders: readonly string[]): boolean {
  let hosts = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  return hosts > 1
}
