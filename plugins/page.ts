import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { onRequestAsyncHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { DEMO_NOTICE } from '../src/http/demo-notice.ts'
import { MAX_ACCEPT_LENGTH } from '../src/http/request-limits.ts'
import { pageHeaders } from '../src/http/security-headers.ts'
import { molecules } from '../src/resources/molecules.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Sends the page for people in place of the response to whoever prefers HTML to JSON, if the page is served. */
    offerPage: onRequestAsyncHookHandler
  }
}

const root = join(import.meta.dirname, '../public')
const assets = join(root, 'page')
/** How the page draws a molecule's card, and how many are seen at first. */
const CARD = { size: 150, theme: 'light' } as const
const FIRST_DRAWINGS = 24
const FOREVER = 'public, max-age=31536000, immutable'

/**
 * The page for people: `public/index.html` at `/`, and its modules and styles below `/page/`, by @fastify/static. Their URLs
 * have a hash of all their contents, so that browsers keep them without asking again.
 */
export default fp(
  async (app) => {
    // An image may leave the page out.
    if (!app.config.PAGE || !existsSync(root)) {
      app.decorate('offerPage', async () => {})
      return
    }
    const prefix = `/page/${hashAssets()}/`
    const html = readFileSync(join(root, 'index.html'), 'utf8')
      .replaceAll('"page/', `".${prefix}`)
      .replace(' hidden></aside>', (hidden) => (app.project.embedded ? `>${DEMO_NOTICE}</aside>` : hidden))
    const { default: serveStatic } = await import('@fastify/static')
    await app.register(serveStatic, {
      root: assets,
      prefix,
      // As the Dockerfile compresses them.
      preCompressed: true,
      acceptRanges: false,
      cacheControl: false,
      index: false,
      setHeaders: (reply) => void reply.header('cache-control', FOREVER)
    })

    // Whoever starts it without a project looks at the page next: the drawings of its first view are made meanwhile.
    const drawFirstView = async () => {
      const options = { select: 'smiles', filters: { smiles: 'not.is.null' }, order: 'name.asc', limit: FIRST_DRAWINGS }
      const rows = await app.supabase.select<{ smiles: string }>(molecules.table, options)
      await Promise.all(rows.map(({ smiles }) => app.chemistry.draw({ ...CARD, smiles, title: smiles })))
    }
    app.addHook('onListen', async () => {
      if (app.project.embedded) void Promise.allSettled([drawFirstView()])
    })

    app.decorate('offerPage', async (request, reply) => {
      reply.vary('Accept')
      const { accept = '' } = request.headers
      if (accept.length > MAX_ACCEPT_LENGTH || request.type(['json', 'html']) !== 'html') return
      // Drawings come next: their thread starts meanwhile, if it can.
      void Promise.allSettled([app.chemistry.draw({ ...CARD, smiles: 'C', title: 'C' })])
      return reply.headers(pageHeaders).type('text/html; charset=utf-8').send(html)
    })
  },
  { name: 'page', dependencies: ['chemistry', 'config', 'list-responses', 'project', 'sensible', 'supabase'] }
)

function hashAssets(): string {
  const hash = createHash('sha256')
  for (const name of readdirSync(assets).sort()) hash.update(name).update(readFileSync(join(assets, name)))
  return hash.digest('hex').slice(0, 12)
}
