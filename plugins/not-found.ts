import type { HTTPMethods } from 'fastify'
import fp from 'fastify-plugin'
import createRouter from 'find-my-way'

declare module 'fastify' {
  interface FastifyInstance {
    /** What Fastify calls where no route matches. */
    rejectNotFound(): never
  }
}

/**
 * Responds with 404 where no route matches, and with 405 and `Allow` where one does but not for this method: at once, before
 * the body is read. Fastify does not tell the two apart, so a second router of its kind knows the methods of each path.
 */
export default fp(
  async (app) => {
    const notFound = () => app.httpErrors.notFound('Not found; see GET / for the endpoints')
    const router = createRouter()

    app.addHook('onRoute', ({ url }) => {
      // Routes are found, not called.
      if (!router.hasRoute('GET', url)) router.on('GET', url, notFound, { url })
    })

    /** Asked of Fastify's router: the hook is not called for every method of a path that ends with a slash. */
    const findMethods = (url: string) =>
      app.supportedMethods.filter((method) => app.hasRoute({ url, method: method as HTTPMethods }))

    /** The router takes an empty part of a path for a parameter too. */
    const hasEmptyParameter = (params: unknown) => {
      for (const name in params as object) if ((params as Record<string, string>)[name] === '') return true
      return false
    }

    app.addHook('onRequest', (request, reply, done) => {
      // @fastify/cors adds a route for OPTIONS of every path; its preflights have got their response.
      const { url = '*' } = request.routeOptions
      if (url !== '*') {
        done(hasEmptyParameter(request.params) ? notFound() : undefined)
        return
      }
      const route = router.find('GET', request.url)
      if (!route || hasEmptyParameter(route.params)) {
        done(notFound())
        return
      }
      const allow = findMethods(route.store.url).join(', ')
      reply.header('allow', allow)
      done(app.httpErrors.methodNotAllowed(`This path supports ${allow} only`))
    })

    app.decorate('rejectNotFound', () => {
      throw notFound()
    })
    app.setNotFoundHandler(app.rejectNotFound)
  },
  { name: 'not-found', dependencies: ['sensible'] }
)
