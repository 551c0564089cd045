import fp from 'fastify-plugin'

/** Refuses what still arrives on open connections while the service closes. */
export default fp(
  async (app) => {
    let closing = false

    app.addHook('preClose', async () => {
      closing = true
    })

    app.addHook('onRequest', async () => {
      if (closing)
        throw app.httpErrors.createError(503, 'The service is shutting down', { code: 'CLOSING', expose: true })
    })
  },
  { name: 'closing', dependencies: ['errors'] }
)
