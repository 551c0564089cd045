// The plot of the page in a browser.
import type { Page } from 'playwright-core'
import t from 'tap'
import { startApp } from '../support/service/app.ts'
import { chromiumPath, openPage, startBrowser } from '../support/service/browser.ts'

const skip = chromiumPath ? false : 'no Chromium on this machine: install the package chromium to test the page'

t.test('the plot of the page in Chromium', { skip }, async (t) => {
  const browser = await startBrowser(t)
  const app = await startApp(t, {})
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  const counts = '#/plot?x=Hydrogen+Bond+Acceptor+Count&y=Hydrogen+Bond+Donor+Count'

  t.test('the plot of a large project says that it has the first molecules only', async (t) => {
    const row = (i: number) => ({ id: `${i}`, name: `M${i}`, molecular_weight: i, smiles: null, properties: [logP(i)] })
    const logP = (numeric_value: number) => ({ numeric_value, property_type: { name: 'LogP' } })
    const body = JSON.stringify({ molecules: Array.from({ length: 1000 }, (_, i) => row(i)) })
    const link = '</api/molecules?include=properties&limit=1000&after=x>; rel="next"'
    const page = await browser.newPage()
    t.teardown(() => page.close())
    await page.route('**/api/molecules?*', (route) =>
      route.fulfill({ contentType: 'application/json', headers: { link }, body })
    )
    await page.goto(`${origin}/#/plot`)
    await page.getByText('Of the first 5,000 molecules by name.').waitFor()
    await page.unroute('**/api/molecules?*')
    await page.reload()
    await page.locator('.legend', { hasText: '74 molecules' }).waitFor()
    t.notOk(await page.getByText('Of the first').isVisible())
  })

  t.test('the plot says which properties of its address it cannot show', async (t) => {
    const { page } = await openPage(t, browser, origin, {}, '#/plot?x=Foo&y=LogP&color=Bar')
    const note = page.getByText('Molecules have no such values to plot: Foo, Bar')
    await note.waitFor()
    await page.getByLabel('X axis').selectOption('Melting Point')
    await page.locator('text.title', { hasText: 'Melting Point (°C)' }).waitFor()
    t.equal(await note.count(), 0)
    await page.goBack()
    await note.waitFor()
  })

  t.test('each molecule of a pile can be pointed at, also where all have the same values', async (t) => {
    const { page, faults } = await openPage(t, browser, origin, {}, counts)
    const pile = page.locator('.pile').last()
    const members = pile.locator('a')
    await pile.waitFor()
    const count = await members.count()
    t.ok(count > 10)
    t.equal(await pile.locator('text').textContent(), String(count), 'its number stands beside it')
    await members.last().hover()
    const names = new Set<string>()
    for (let i = 0; i < count; i++) {
      // Without force: what is covered by another fails.
      await members.nth(i).hover()
      names.add(await page.locator('.tip strong').innerText())
      t.equal(await page.locator('.tip .quiet').innerText(), `One of ${count} molecules here`)
    }
    t.equal(names.size, count)
    await members.first().click()
    t.ok(names.has(await page.locator('.hero h1').innerText()))
    t.strictSame(faults, [])
  })

  t.test('the keyboard goes through all molecules, and spreads the pile that it is at', async (t) => {
    const { page } = await openPage(t, browser, origin, {}, counts)
    const pile = page.locator('.pile').last()
    await pile.waitFor()
    const total = await page.locator('a.point').count()
    await page.locator('a.point[tabindex="0"]').focus()
    const names = new Set<string>()
    let spread = 0
    for (let i = 0; i < total; i++) {
      names.add(await page.locator('.tip strong').innerText())
      if (await isSpread(page)) spread++
      await page.keyboard.press('ArrowRight')
    }
    t.equal(names.size, total)
    t.equal(spread, await pile.locator('a').count())
  })

  t.test('the first tap on a pile spreads it, and the next one leads to a molecule', async (t) => {
    const { page } = await openPage(t, browser, origin, { hasTouch: true }, counts)
    const member = page.locator('.pile').last().locator('a').last()
    await member.tap()
    await page.locator('.tip strong').waitFor()
    t.ok(await isSpread(page))
    t.match(page.url(), counts)
    await member.tap()
    await page.locator('.hero h1').waitFor()
    t.match(page.url(), /#\/molecule\//)
  })
})

/** Whether the largest pile is spread. */
const isSpread = (page: Page) => page.locator('.reach').last().isVisible()
