import fp from 'fastify-plugin'

/** Answers 405 with `Allow`, instead of 404, where a path is known but not with this method. */
export default fp(
  async (app) => {
    const methodsOf = new Map<string, Set<string>>()

    app.addHook('onRoute', ({ url, method }) => {
      const methods = methodsOf.get(url) ?? new Set()
      for (const one of [method].flat()) methods.add(one)
      methodsOf.set(url, methods)
    })

    app.decorate('refuseOtherMethods', () => {
      for (const [url, methods] of [...methodsOf]) {
        const allow = [...methods].join(', ')
        app.route({
          url,
          method: app.supportedMethods.filter((method) => !methods.has(method)),
          // Before the body is read: nobody is interested in it.
          onRequest: async (_request, reply) => {
            reply.header('allow', allow)
            throw app.httpErrors.methodNotAllowed(`This path takes ${allow} only`)
          },
          handler: () => {}
        })
      }
    })
  },
  { name: 'method-not-allowed', dependencies: ['sensible'] }
)

declare module 'fastify' {
  interface FastifyInstance {
    /** To be called when all routes stand. */
    refuseOtherMethods(): void
  }
}
