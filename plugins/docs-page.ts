import Fastify, { type FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    /** The instance that serves the page at `/docs`, for `inject()`. */
    openDocsPage(): Promise<FastifyInstance>
  }
}

/** What the page needs, and no more: nothing from elsewhere. Its icons are in its style sheet. */
const staticCSP = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'"
}

/**
 * Shows the OpenAPI document to people: https://github.com/fastify/fastify-swagger-ui. In an instance of its own, which is
 * made when somebody looks at it: the packages behind it would double what the service has to load when it starts.
 */
export default fp(
  async (app) => {
    const ownDocument = fp(async (page) => void page.decorate('swagger', app.swagger), { name: '@fastify/swagger' })

    async function open(): Promise<FastifyInstance> {
      const { default: swaggerUi } = await import('@fastify/swagger-ui')
      const page = Fastify()
      await page.register(ownDocument)
      await page.register(swaggerUi, {
        routePrefix: '/docs',
        theme: { title: 'CryoProtect API' },
        uiConfig: { layout: 'BaseLayout', tryItOutEnabled: true },
        staticCSP
      })
      return page
    }

    let opening: Promise<FastifyInstance> | undefined
    app.decorate('openDocsPage', () => {
      opening ??= open().catch((error) => {
        // Not for good: there may have been no free file descriptor.
        opening = undefined
        throw error
      })
      return opening
    })
    app.addHook('onClose', async () => (await opening?.catch(() => undefined))?.close())
  },
  { name: 'docs-page', dependencies: ['openapi'] }
)
