// The document of a service with more than the routes of the sources, and the page that shows it.
import type { Page } from 'playwright-core'
import t from 'tap'
import { buildApp } from '../../src/app.ts'
import { noQuery } from '../../src/http/schemas.ts'
import { securityHeaders } from '../../src/http/security-headers.ts'
import { startApp } from '../support/service/app.ts'
import { chromiumPath, startBrowser } from '../support/service/browser.ts'

const ADMIN_TOKEN = '0123456789abcdef'

t.test(
  'the /docs page loads everything from the service, and its Content-Security-Policy allows nothing else',
  async (t) => {
    const app = await startApp(t, {})
    for (const url of ['/docs', '/docs/', '/docs/json', '/docs/static/swagger-ui.css']) {
      const { statusCode, headers } = await app.inject(url)
      t.equal(statusCode, 200, url)
      t.match(headers['content-security-policy'], /^default-src 'none'; script-src 'self'; /)
      t.notMatch(headers['content-security-policy'], /unsafe|https?:|\*/)
    }
    t.equal(
      (await app.inject('/api/molecules?limit=1')).headers['content-security-policy'],
      securityHeaders['content-security-policy']
    )
    const document = (await app.inject('/openapi.json')).json()
    document.info.description = `[CryoProtect](..)\n\n${document.info.description}`
    t.strictSame((await app.inject('/docs/json')).json(), document, 'the document, with a way back')
    const refused = await app.inject({ method: 'DELETE', url: '/docs/' })
    t.equal(refused.statusCode, 405)
    t.equal(refused.headers.allow, 'GET, HEAD')
    t.match((await app.inject('/docs/static/nothing')).json(), { status: 'error', code: 'NOT_FOUND' })
    t.match((await app.inject(`/docs/static/${'x'.repeat(300)}`)).json(), { status: 'error', code: 'FORBIDDEN' })
  }
)

t.test('a 304 to a GET below /docs/static has no body, and no headers that describe one', async (t) => {
  const app = await startApp(t, {})
  const url = '/docs/static/swagger-ui.css'
  const { etag } = (await app.inject(url)).headers
  const { statusCode, headers, body } = await app.inject({ url, headers: { 'if-none-match': String(etag) } })
  t.equal(statusCode, 304)
  t.equal(body, '')
  t.equal(headers.etag, etag)
  for (const name of ['content-length', 'content-type', 'transfer-encoding']) t.notOk(name in headers, name)
})

t.test("a route of a user's plugin is in the OpenAPI document with what its schema says", async (t) => {
  const app = await buildApp({ environment: {} })
  t.teardown(() => app.close())
  app.get('/own-mixtures', { schema: { querystring: noQuery, summary: 'Mixtures' } }, async () => [])
  app.get('/bare/:name', async () => [])
  const own = {
    operationId: 'getOwn',
    querystring: { type: 'object', properties: { since: { type: 'string', format: 'date' } } },
    response: { 200: { type: 'object', description: 'Own', properties: { n: { type: 'integer' } } } }
  }
  app.get('/own', { schema: own }, async () => ({ n: 1 }))
  await app.ready()
  const { paths } = (await app.inject('/openapi.json')).json()
  t.match(paths['/own-mixtures'], { get: { summary: 'Mixtures', responses: { 200: {} } } })
  t.match(paths['/own'].get.parameters, [{ name: 'since', schema: { format: 'date' } }])
  t.match(paths['/own'].get.responses[200], { description: 'Own', content: { 'application/json': {} } })
  t.match(paths['/bare/{name}'], { get: { parameters: [{ in: 'path', name: 'name' }] } })
})

const skip = chromiumPath ? false : 'no Chromium on this machine: install the package chromium to test the page'

t.test('the /docs page lists and calls every endpoint in a browser without errors', { skip }, async (t) => {
  const app = await startApp(t, { ADMIN_TOKEN })
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  const browser = await startBrowser(t)
  const page = await browser.newPage()
  const faults: string[] = []
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(`${origin}/`) && !url.startsWith('data:')) faults.push(url)
  })
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(message.text())
  })
  page.on('pageerror', (error) => faults.push(error.message))

  await page.goto(`${origin}/docs`)
  await page.locator('.opblock').first().waitFor()
  const { paths } = (await app.inject('/openapi.json')).json()
  // A browser breaks long paths with spaces of no width.
  const listed = (await page.locator('.opblock-summary-path').allInnerTexts()).map((text) =>
    text.replaceAll('\u200b', '')
  )
  t.strictSame(listed.toSorted(), Object.keys(paths).sort(), 'every endpoint is listed')
  const back = page.locator('.info a', { hasText: 'CryoProtect' })
  t.equal(await back.evaluate((link: { href?: string }) => link.href), `${origin}/`)

  t.match(await tryOut(page, 'Data', 'listMolecules'), /"count": 10,/, 'no filter is filled in')
  t.match(await tryOut(page, 'Data', 'getMolecule'), /"name": "Glycerol"/)
  t.strictSame(faults, [], 'nothing from elsewhere, nothing refused, no errors')

  await page.locator('button.authorize').first().click()
  const dialog = page.locator('.auth-container', { hasText: 'ADMIN_TOKEN' })
  await dialog.locator('input').fill(ADMIN_TOKEN)
  await dialog.locator('button[type=submit]').click()
  await page.locator('.btn-done').first().click()
  t.match(await tryOut(page, 'Service', 'getPoolStatistics'), /"active_connections"/, 'with the admin token')
  t.strictSame(faults, [])
})

/** The service's response to the example of an operation. */
async function tryOut(page: Page, tag: string, operationId: string): Promise<string> {
  const operation = page.locator(`#operations-${tag}-${operationId}`)
  await operation.locator('.opblock-summary-control').click()
  await operation.locator('.execute').click()
  return operation.locator('.live-responses-table .highlight-code').first().innerText()
}
