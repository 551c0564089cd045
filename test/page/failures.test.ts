// The page in a browser while the service or its Supabase fails, and afterwards.
import t from 'tap'
import { startApp } from '../support/service/app.ts'
import { chromiumPath, openPage, startBrowser } from '../support/service/browser.ts'
import { startGateway } from '../support/upstream/gateway.ts'
import { waitFor } from '../support/wait.ts'

const ADMIN_TOKEN = '0123456789abcdef'
const skip = chromiumPath ? false : 'no Chromium on this machine: install the package chromium to test the page'

t.test('the page in Chromium while something fails', { skip }, async (t) => {
  const browser = await startBrowser(t)
  const app = await startApp(t, {})
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  // The first drawing starts the thread, which may take longer than a drawing may.
  while ((await app.inject('/api/depict?smiles=CCO')).statusCode !== 200);

  t.test(
    'a failure is not taken for a project without properties, and is over when the service works again',
    async (t) => {
      const { page } = await openPage(t, browser, origin, {}, '#/molecules?q=glycerol')
      await page.locator('.card').first().waitFor()
      const down = JSON.stringify({ message: 'Supabase is busy', code: 'UPSTREAM_UNAVAILABLE' })
      await page.route(/\/api\/(property-types|suggest|molecules\/.*)\?/, (route) =>
        route.fulfill({ status: 503, body: down })
      )
      await page.reload()
      await page.locator('#search').fill('DMSO')
      await page.locator('.card', { hasText: 'Dimethyl sulfoxide' }).click()
      await page.locator('.failure', { hasText: 'Supabase is busy' }).waitFor()
      await page.getByRole('link', { name: 'Plot' }).click()
      await page.locator('.failure', { hasText: 'Supabase is busy' }).waitFor()
      await page.unroute(/\/api\/(property-types|suggest|molecules\/.*)\?/)
      await page.getByRole('button', { name: 'Try again' }).click()
      await page.locator('.legend', { hasText: '74 molecules' }).waitFor()
      await page.getByRole('link', { name: 'Molecules' }).click()
      await page.locator('#search-hint', { hasText: 'DMSO: abbreviation of' }).waitFor()
    }
  )

  t.test('a molecule of a project without properties is shown without them', async (t) => {
    const { page } = await openPage(t, browser, origin, {}, '#/molecules?q=glycerol')
    const missing = JSON.stringify({ message: 'lacks a table', code: 'UPSTREAM_SCHEMA_MISSING' })
    await page.route('**/api/molecules/*?include=*', (route) => route.fulfill({ status: 502, body: missing }))
    await page.locator('.card', { hasText: /^Glycerol/ }).click()
    await page.locator('section', { hasText: 'Not available in this project.' }).first().waitFor()
  })

  t.test('a response that is not from the service is said to be one, whatever its status', async (t) => {
    const { page } = await openPage(t, browser, origin, {}, '#/pool')
    for (const status of [200, 502]) {
      await page.route('**/api/**', (route) => route.fulfill({ status, contentType: 'text/html', body: '<h1>Sign in' }))
      for (const view of ['molecules', 'mixtures', 'plot', 'molecule/1', 'mixture/1']) {
        await page.evaluate(`location.hash = '#/${view}'`)
        const message = `The response (HTTP ${status}) is cut off or not from the service`
        await page.locator('main .failure', { hasText: message }).waitFor()
        await page.evaluate("location.hash = '#/pool'")
        await page.locator('.live').waitFor()
      }
      await page.unroute('**/api/**')
    }
  })

  t.test('a view whose module cannot be fetched says so, and comes when the page is loaded again', async (t) => {
    const page = await browser.newPage()
    t.teardown(() => page.close())
    await page.route('**/plot.js', (route) => route.abort())
    await page.goto(`${origin}/#/molecules`)
    await page.locator('.card').first().waitFor()
    await page.getByRole('link', { name: 'Plot' }).click()
    await page.locator('.failure', { hasText: 'A part of the page could not be loaded' }).waitFor()
    await page.unroute('**/plot.js')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.locator('.legend', { hasText: '74 molecules' }).waitFor()
  })

  t.test('a list that cannot be loaded has no count, also when the property types come later', async (t) => {
    const { page } = await openPage(t, browser, origin)
    await page.locator('.card').first().waitFor()
    const arrived = Promise.withResolvers<void>()
    await page.route('**/api/property-types?*', (route) => arrived.promise.then(() => route.continue()))
    await page.evaluate("location.hash = '#/molecules?property=Foo.gte.1'")
    await page.reload()
    await page.locator('.list .failure', { hasText: 'no numeric property: "Foo"' }).waitFor()
    arrived.resolve()
    await page.locator('.range', { hasText: 'LogP' }).waitFor()
    await page.getByText('Table', { exact: true }).click()
    t.equal(await page.locator('.count').innerText(), '')
    t.equal(await page.locator('.list .failure').count(), 1)
  })

  t.test('mixtures of another search are not left below a failure, nor continued while a search runs', async (t) => {
    const page = await browser.newPage()
    t.teardown(() => page.close())
    const mixtures = Array.from({ length: 60 }, (_, i) => ({ id: String(i), name: `M${i}`, components: [] }))
    const headers = { link: '</api/mixtures?limit=60&after=x>; rel="next"' }
    const arrived = Promise.withResolvers<void>()
    await page.route('**/api/mixtures?*', async (route) => {
      if (!route.request().url().includes('q=')) return route.fulfill({ headers, json: { mixtures, total: 61 } })
      await arrived.promise
      return route.fulfill({ status: 502, json: { message: 'Supabase failed' } })
    })
    await page.goto(`${origin}/#/mixtures`)
    const more = page.getByRole('button', { name: 'Show more' })
    await waitFor(() => more.isEnabled(), { what: 'more mixtures can be shown' })
    await page.getByLabel('Name').fill('VS55')
    await waitFor(() => more.isDisabled(), { what: 'the search runs' })
    arrived.resolve()
    await page.locator('.failure', { hasText: 'Supabase failed' }).waitFor()
    t.equal(await page.locator('.mixture').count(), 0)
    t.notOk(await more.isVisible())
  })

  t.test('the pool is shown to whoever has the admin token, and goes on after a restart of the service', async (t) => {
    let guarded = await startApp(t, { ADMIN_TOKEN })
    const address = await guarded.listen({ host: '127.0.0.1', port: 0 })
    const { page } = await openPage(t, browser, address, {}, '#/pool')
    const token = page.getByLabel('Admin token')
    await token.fill('wrong')
    await page.keyboard.press('Enter')
    await page.locator('.refused').waitFor()
    await token.fill(ADMIN_TOKEN)
    let streams = 0
    page.on('request', () => streams++)
    for (let i = 0; i < 3; i++) await page.keyboard.press('Enter')
    await page.locator('.live', { hasText: 'Live' }).waitFor()
    t.equal(streams, 1, 'however often Enter is pressed')
    await page.locator('.verdict', { hasText: 'All is well' }).waitFor()
    await guarded.close()
    await page.locator('.live', { hasText: 'Connection lost' }).waitFor()
    await page.locator('.verdict', { hasText: 'the last figures' }).waitFor()
    guarded = await startApp(t, { ADMIN_TOKEN })
    await guarded.listen({ host: '127.0.0.1', port: Number(new URL(address).port) })
    await page.locator('.live', { hasText: 'Live' }).waitFor()
    await page.reload()
    await page.locator('.live', { hasText: 'Live' }).waitFor()
  })

  t.test('the first figures of the pool during an outage say that Supabase cannot be reached', async (t) => {
    const gateway = await startGateway()
    t.teardown(() => gateway.close())
    const project = await startApp(t, gateway.environment)
    const address = await project.listen({ host: '127.0.0.1', port: 0 })
    await gateway.suspend()
    const isDown = () => project.pool.stats().errors > 0 && project.pool.stats().active_connections === 0
    await waitFor(isDown, { what: 'no connection can be opened' })
    const { body } = await project.inject('/pool/stats')
    const page = await browser.newPage()
    t.teardown(() => page.close())
    const firstEvent = { contentType: 'text/event-stream', body: `data: ${body}\n\n` }
    await page.route('**/pool/stats', (route) => route.fulfill(firstEvent))
    await page.goto(`${address}/#/pool`)
    t.match(await page.locator('.verdict', { hasText: /./ }).innerText(), /^Supabase cannot be reached/)
  })

  t.test('a list that cannot be loaded says why, and loads when it can be again', async (t) => {
    const first = await startApp(t, {})
    const address = await first.listen({ host: '127.0.0.1', port: 0 })
    const { page } = await openPage(t, browser, address)
    await page.locator('.card').first().waitFor()
    await first.close()
    await page.locator('#search').fill('glycerol')
    await page.locator('.list .failure', { hasText: 'The service did not respond' }).waitFor()
    const second = await startApp(t, {})
    await second.listen({ host: '127.0.0.1', port: Number(new URL(address).port) })
    await page.locator('.list').getByRole('button', { name: 'Try again' }).click()
    await page.locator('.card', { hasText: 'Glycerol' }).first().waitFor()
  })

  t.test('while Supabase is down a search says so with the id of the request, and then works again', async (t) => {
    const gateway = await startGateway()
    t.teardown(() => gateway.close())
    const log = { lines: [] as string[] }
    const project = await startApp(t, gateway.environment, log)
    const { page } = await openPage(t, browser, await project.listen({ host: '127.0.0.1', port: 0 }))
    await page.locator('.card').first().waitFor()
    await gateway.suspend()
    await page.locator('#search').fill('glycerol')
    const failure = page.locator('.list .failure', { hasText: 'Supabase' })
    const [, id] = /request id:? ([\w-]+)/i.exec(await failure.innerText()) ?? []
    t.ok(id && log.lines.some((line) => line.includes(id)))
    await gateway.resume()
    const isBack = async () => (await project.inject('/health/ready')).statusCode === 200
    await waitFor(isBack, { what: 'the service is ready again' })
    await page.locator('.list').getByRole('button', { name: 'Try again' }).click()
    await page.locator('.card', { hasText: 'Glycerol' }).first().waitFor()
  })
})
