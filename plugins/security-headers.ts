import fp from 'fastify-plugin'
import { securityHeaders } from '../src/http/security-headers.ts'

/** Gives every response the headers that keep browsers from doing more with it than they should. */
export default fp(
  async (app) => {
    app.addHook('onRequest', (_request, reply, done) => {
      reply.headers(securityHeaders)
      done()
    })
  },
  { name: 'security-headers' }
)
