import fp from 'fastify-plugin'

/** Answers 404 where there is nothing, whatever the request. */
export default fp(
  async (app) => {
    const notFound = () => app.httpErrors.notFound('There is nothing here; GET / lists what there is')

    app.addHook('onRequest', (request, _reply, done) => {
      // At once, before the body is read. The router takes an empty part of a path for a parameter too.
      const isNothing = request.is404 || Object.values(request.params as object).includes('')
      done(isNothing ? notFound() : undefined)
    })

    app.setNotFoundHandler(() => {
      throw notFound()
    })
  },
  // After those who count and turn away: what is not found has a cost as well.
  { name: 'not-found', dependencies: ['errors', 'load-shedding', 'rate-limit', 'sensible'] }
)
