import Fastify, { type FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    /** The instance that serves the page at `/docs`, for `inject()`. */
    openDocsPage(): Promise<FastifyInstance>
  }
}

/** What the page needs, nothing from other origins. Its icons are in its style sheet. */
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
 * Shows the OpenAPI document to people: https://github.com/fastify/fastify-swagger-ui. In an instance of its own, created
 * when first opened: the packages behind it would double what the service loads at startup.
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
        staticCSP,
        transformSpecification: linkToStart
      })
      return page
    }

    let opening: Promise<FastifyInstance> | undefined
    app.decorate('openDocsPage', () => {
      opening ??= open().catch((error) => {
        // It may be opened later: there may have been no free file descriptor.
        opening = undefined
        throw error
      })
      return opening
    })
    app.addHook('onClose', async () => (await opening?.catch(() => undefined))?.close())
  },
  { name: 'docs-page', dependencies: ['openapi'] }
)

/** The document with a way back from the page to where the service begins. */
function linkToStart({ info, ...document }: Readonly<Record<string, unknown>>) {
  const { description, ...rest } = info as { description: string }
  return { ...document, info: { ...rest, description: `[CryoProtect](..)\n\n${description}` } }
}
