import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whom the request is from, by the user's token or else by the client's address: callers take turns in the pool. */
    readonly callerId: string
  }
}

/** Tells one caller from another. */
export default fp(
  async (app) => {
    app.decorateRequest('callerId', {
      getter() {
        // No address begins like this: nobody takes another's turns with an address as the token.
        return this.userToken ? `Bearer ${this.userToken}` : app.getClientAddress(this.raw)
      }
    })
  },
  { name: 'caller-id', dependencies: ['client-address', 'user-token'] }
)
