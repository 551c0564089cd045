import { METHODS } from 'node:http'
import type { onRequestAsyncHookHandler } from 'fastify'
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
      for (const method of METHODS) if (!app.supportedMethods.includes(method)) app.addHttpMethod(method)
      for (const [url, methods] of [...methodsOf]) {
        const allow = [...methods].join(', ')
        const refuse: onRequestAsyncHookHandler = async (_request, reply) => {
          reply.header('allow', allow)
          throw app.httpErrors.methodNotAllowed(`This path takes ${allow} only`)
        }
        const others = app.supportedMethods.filter((method) => !methods.has(method))
        // As a hook too: before the body is read, which nobody is interested in.
        app.route({ url, method: others, onRequest: refuse, handler: refuse })
      }
    })
  },
  // After the route for all paths that CORS adds.
  { name: 'method-not-allowed', dependencies: ['cors', 'sensible'] }
)

declare module 'fastify' {
  interface FastifyInstance {
    /** To be called when all routes stand. */
    refuseOtherMethods(): void
  }
}
