import { METHODS } from 'node:http'
import type { HTTPMethods, onRequestAsyncHookHandler } from 'fastify'
import fp from 'fastify-plugin'

/** Answers 405 with `Allow`, instead of 404, where a path is known but not with this method. */
export default fp(
  async (app) => {
    const urls = new Set<string>()

    app.addHook('onRoute', ({ url }) => void urls.add(url))

    app.decorate('refuseOtherMethods', () => {
      for (const method of METHODS) if (!app.supportedMethods.includes(method)) app.addHttpMethod(method)
      for (const url of [...urls]) {
        // Asked of the router: the hook is not called for every method of a path that ends with a slash.
        const methods = app.supportedMethods.filter((method) => app.hasRoute({ url, method: method as HTTPMethods }))
        const allow = methods.join(', ')
        const refuse: onRequestAsyncHookHandler = async (_request, reply) => {
          reply.header('allow', allow)
          throw app.httpErrors.methodNotAllowed(`This path takes ${allow} only`)
        }
        const others = app.supportedMethods.filter((method) => !methods.includes(method))
        // As a hook too: before the body is read, which nobody is interested in.
        app.route({ url, method: others, schema: { hide: true }, onRequest: refuse, handler: refuse })
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
