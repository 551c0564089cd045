// Every view of the page against WCAG 2.2 AA, by axe-core: https://github.com/dequelabs/axe-core
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { FastifyInstance } from 'fastify'
import type { Page } from 'playwright-core'
import t from 'tap'
import { startApp } from '../support/service/app.ts'
import { chromiumPath, openPage, startBrowser } from '../support/service/browser.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const skip = chromiumPath ? false : 'no Chromium on this machine: install the package chromium to test the page'

const WIDTHS = [360, 800, 1280]
const COLOR_SCHEMES = ['light', 'dark'] as const

t.test(
  'each view is accessible, fits its width, and reports no fault, narrow and wide, light and dark',
  { skip },
  async (t) => {
    const browser = await startBrowser(t)
    const app = await startApp(t, {})
    const origin = await app.listen({ host: '127.0.0.1', port: 0 })
    // The first drawing starts the thread, which may take longer than a drawing may.
    while ((await app.inject('/api/depict?smiles=CCO')).statusCode !== 200);
    const mixture = await findId(app, 'mixtures', 'M22')
    const molecule = await findId(app, 'molecules', 'trehalose')
    const views = {
      molecules: '.card img',
      'molecules?view=table&property=LogP.gte.-1&order=property.LogP.desc': 'tbody img',
      [`molecule/${molecule}`]: 'tbody tr',
      mixtures: '.mixture',
      [`mixture/${mixture}`]: 'tbody tr',
      plot: 'a.point',
      pool: '.tile'
    }
    const { page, faults } = await openPage(t, browser, origin)
    await page.evaluate(axe)
    for (const [view, content] of Object.entries(views)) {
      const [name] = view.split(/[/?]/, 1)
      await page.evaluate(`location.hash = '#/${view}'`)
      await page.locator(`.view-${name} ${content}`).first().waitFor()
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 800 })
        t.equal(await page.evaluate('document.documentElement.scrollWidth'), width, `${name} fits ${width} pixels`)
        t.strictSame(await findClipped(page), [], `${name} has nothing beside what one sees at ${width} pixels`)
        for (const colorScheme of COLOR_SCHEMES) {
          await page.emulateMedia({ colorScheme })
          t.strictSame(await findViolations(page), [], `${name} is accessible at ${width} pixels, ${colorScheme}`)
        }
      }
    }
    t.strictSame(faults, [])
  }
)

/** What axe-core finds wrong, as `rule: element`. */
function findViolations(page: Page): Promise<string[]> {
  // Run by the browser, where axe is.
  return page.evaluate(`axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
    .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)))`)
}

/** What is wider than its place, so that a part is out of sight. */
function findClipped(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll('.scroller, .canvas, #top nav')]
    .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).map(({ className }) => className)`)
}

async function findId(app: FastifyInstance, table: string, name: string): Promise<string> {
  const rows = (await app.inject({ url: `/api/${table}`, query: { name } })).json()[table]
  return rows[0].id
}
