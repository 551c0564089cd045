import fp from 'fastify-plugin'
import { LRUCache } from 'lru-cache'

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * Whom the request is from: callers take turns in the pool. A user's token stands for itself once Supabase has accepted
     * it, any other request for the client's address.
     */
    readonly callerId: string
  }
}

/** Of all tokens that are remembered: those of some thousand users. */
const MAX_CHARACTERS = 4 * 1024 * 1024

/** Tells one caller from another, also those who invent a token for each request. */
export default fp(
  async (app) => {
    const accepted = new LRUCache<string, true>({
      maxSize: MAX_CHARACTERS,
      sizeCalculation: (_value, token) => token.length
    })

    app.decorateRequest('callerId', {
      getter() {
        const { userToken } = this
        // No address begins like this: nobody takes another's turns with an address as the token.
        return userToken && accepted.has(userToken) ? `Bearer ${userToken}` : app.getClientAddress(this.raw)
      }
    })

    app.addHook('onResponse', (request, reply, done) => {
      const { userToken, record } = request
      // Without time at Supabase it has not been verified.
      if (userToken && record.upstream > 0 && reply.statusCode < 400) accepted.set(userToken, true)
      // Or a user had as many turns as tokens that have expired.
      else if (userToken && reply.statusCode === 401) accepted.delete(userToken)
      done()
    })
  },
  { name: 'caller-id', dependencies: ['client-address', 'observability', 'user-token'] }
)
