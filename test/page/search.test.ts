// The search of the page in a browser: what cannot be searched for, what is cut, and what is still coming.
import t from 'tap'
import { startApp, waitForSearch } from '../support/service/app.ts'
import { chromiumPath, openPage, startBrowser } from '../support/service/browser.ts'
import { waitFor } from '../support/wait.ts'

const skip = chromiumPath ? false : 'no Chromium on this machine: install the package chromium to test the page'

t.test('the search of the page in Chromium', { skip }, async (t) => {
  const browser = await startBrowser(t)
  const app = await startApp(t, {})
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })

  t.test('an address with an invalid value shows which one it is, and a way on', async (t) => {
    for (const [address, message] of [
      ['molecules?similar=CCO&min=abc', '“min” in the address must be a number'],
      ['molecules?similar=CCO&min=2', '“min” in the address must be <= 1'],
      ['molecules?cid=abc', '“PubChem CID” must be a whole number'],
      ['molecules?order=foo', '“order” in the address must be'],
      ['mixtures?foo=1', 'Unknown query parameter "foo"']
    ] as const) {
      const { page } = await openPage(t, browser, origin, {}, `#/${address}`)
      const failure = page.locator('.failure', { hasText: message })
      await failure.waitFor()
      t.notMatch(await page.locator('main').innerText(), /NaN|undefined|200\s%/)
      await failure.getByRole('link', { name: /^Show all/ }).click()
      await page.locator('.card, .mixture').first().waitFor()
      await page.close()
    }
  })

  t.test('a filter of the address that is no number is marked where it stands, also in a narrow window', async (t) => {
    for (const filter of ['molecular_weight=gte.abc', 'property=LogP.gte.abc']) {
      const { page } = await openPage(
        t,
        browser,
        origin,
        { viewport: { width: 360, height: 800 } },
        `#/molecules?${filter}`
      )
      await page.getByRole('alert').filter({ hasText: '“abc” is not a number such as 90' }).waitFor()
      t.equal(await page.locator('input[aria-invalid="true"]').inputValue(), 'abc')
      const panel = await page.locator('.ranges').boundingBox()
      const field = await page.getByLabel('Molecular weight, to').boundingBox()
      const margin = (panel?.x ?? 0) + (panel?.width ?? 0) - (field?.x ?? 0) - (field?.width ?? 0)
      t.equal(Math.round(margin), 17, 'the fields end where the panel does')
      await page.getByText('Clear all filters').click()
      await page.locator('.card').first().waitFor()
      t.equal(await page.locator('input[aria-invalid="true"]').count(), 0)
      await page.close()
    }
  })

  t.test('an order and a view of the address that the page does not offer are shown as what they are', async (t) => {
    const { page } = await openPage(t, browser, origin, {}, '#/molecules?order=cid.asc&view=foo')
    await page.locator('.card', { hasText: /^Urea/ }).waitFor()
    t.equal(await page.locator('#order').inputValue(), 'cid.asc')
    t.ok(await page.getByLabel('Cards').isChecked())
  })

  t.test('a name in the search for a structure leads to the search by names, with the filters', async (t) => {
    const { page } = await openPage(t, browser, origin, {}, '#/molecules?molecular_weight=lt.100')
    await page.locator('.card').first().waitFor()
    for (const [label, parameter] of [
      ['Contains', 'substructure'],
      ['Similar to', 'similar']
    ] as const) {
      await page.getByLabel('Search by').selectOption(label)
      await page.locator('#search').fill('glycerol')
      await page.waitForURL(/glycerol/)
      const problem = page.locator('.failure', { hasText: `“${label}” takes a structure as SMILES, such as OCC(O)CO.` })
      await problem.waitFor()
      t.notMatch(await problem.innerText(), /query parameter|element label|Request id/)
      await problem.getByRole('link', { name: 'Search for “glycerol” by names and synonyms' }).click()
      await page.locator('.card', { hasText: /^Glycerol/ }).waitFor()
      t.match(page.url(), /#\/molecules\?molecular_weight=lt.100&q=glycerol$/)
      t.equal(await page.getByLabel('Search by').inputValue(), '')
      await page.goBack()
      await problem.waitFor()
      t.match(page.url(), new RegExp(`${parameter}=glycerol$`))
    }
    await page.locator('#search').fill('C3H8O3')
    await page.getByRole('link', { name: 'Search for “C3H8O3” by the molecular formula' }).click()
    await page.locator('.card', { hasText: /^Glycerol/ }).waitFor()
    await page.goBack()
    await page.locator('#search').fill('c1ccccc')
    await page.locator('.failure', { hasText: '“Similar to” must be a valid structure (dangling' }).waitFor()
  })

  t.test(
    'a file of a structure search that lacks molecules says so in the menu, and a whole one does not',
    async (t) => {
      const page = await browser.newPage()
      t.teardown(() => page.close())
      const row = (i: number) => ({ id: `${i}`, name: `M${i}`, molecular_weight: 1, smiles: null, score: 1 })
      let further = 1
      let goesOn = false
      let askedBehind = 0
      await page.route('**/api/molecules?*', (route) => {
        const query = new URL(route.request().url()).searchParams
        const isBehind = query.get('after') === 'x'
        const rows = Array.from({ length: isBehind ? further : Number(query.get('limit')) }, (_, i) => row(i))
        if (isBehind) askedBehind++
        const headers =
          rows.length || goesOn ? { link: '</api/molecules?substructure=CO&limit=1000&after=x>; rel="next"' } : {}
        return route.fulfill({ headers, json: { molecules: rows } })
      })
      await page.goto(`${origin}/#/molecules?substructure=CO`)
      const note = page.locator('.menu p', { hasText: 'A file has the first 1,000 molecules at most.' })
      for (const label of ['CSV table', 'SDF structures']) {
        further = 1
        await page.locator('.menu summary').click()
        t.equal(await note.count(), 0)
        await page.getByRole('button', { name: label }).click()
        await note.waitFor()
        further = 0
        await page.locator('#search').fill(label === 'CSV table' ? 'CCO' : 'CCCO')
        await waitFor(async () => (await note.count()) === 0, { what: 'the note of another search is gone' })
        await page.getByRole('button', { name: label }).click()
        await waitFor(() => page.locator('.menu:not([open])').isVisible(), { what: 'the menu is closed again' })
        t.equal(await note.count(), 0)
      }
      goesOn = true
      askedBehind = 0
      await page.locator('.menu summary').click()
      await page.getByRole('button', { name: 'CSV table' }).click()
      await note.waitFor()
      t.equal(askedBehind, 1, 'pages that filters have emptied are not followed to their end')
    }
  )

  t.test('the menu of downloads closes by Escape and by a click elsewhere', async (t) => {
    const { page } = await openPage(t, browser, origin, {}, '#/molecules?q=gly')
    const menu = page.locator('.menu')
    const summary = menu.locator('summary')
    const isOpen = async () => (await menu.getAttribute('open')) !== null
    await summary.click()
    t.ok(await isOpen())
    await page.keyboard.press('Tab')
    await page.keyboard.press('Escape')
    t.notOk(await isOpen())
    t.equal(await page.locator('.menu summary:focus').count(), 1)
    await summary.click()
    await page.locator('.count').click()
    t.notOk(await isOpen())
  })

  t.test('a list that no file can hold whole says so before it is saved', async (t) => {
    const page = await browser.newPage()
    t.teardown(() => page.close())
    const molecules = [{ id: '1', name: 'M', molecular_weight: null, smiles: null }]
    await page.route('**/api/molecules?*', (route) => route.fulfill({ json: { molecules, total: 1001 } }))
    await page.goto(`${origin}/#/molecules?q=M`)
    await page.locator('.count', { hasText: '1,001 molecules' }).waitFor()
    await page.locator('.menu summary').click()
    await page.getByText('A file has the first 1,000 molecules at most.').waitFor()
  })

  t.test('a structure search that has found all molecules does not say that these are the first', async (t) => {
    await waitForSearch(app)
    const viewport = { width: 360, height: 400 }
    const { page } = await openPage(t, browser, origin, { viewport }, '#/molecules?similar=OCC(O)CO')
    await page.locator('.count', { hasText: /^\d+ molecules$/ }).waitFor()
    t.notOk(await page.getByRole('button', { name: 'Show more' }).isVisible())
  })

  t.test(
    'a search by similarity that finds nothing leads to less similar molecules, as far as there are',
    async (t) => {
      await waitForSearch(app)
      const { page } = await openPage(t, browser, origin, {}, '#/molecules?similar=[Xe]&min=0.3&property=LogP.lt.9')
      for (const min of ['0.15', '0.1']) {
        await page.getByRole('link', { name: 'less similar ones' }).click()
        await page.waitForURL(`${origin}/#/molecules?similar=%5BXe%5D&min=${min}&property=LogP.lt.9`)
      }
      await page.locator('.state p', { hasText: /wider ranges\.$/ }).waitFor()
      t.equal(await page.getByRole('link', { name: 'less similar ones' }).count(), 0)
    }
  )

  t.test('the table of a search by similarity shows it', async (t) => {
    await waitForSearch(app)
    const { page } = await openPage(t, browser, origin, {}, '#/molecules?similar=OCC(O)CO&view=table')
    const head = page.locator('thead th', { hasText: 'Similarity' })
    await head.waitFor()
    t.match(await page.locator('tbody tr').first().innerText(), /Glycerol\s+100\s%\s/)
    await page.locator('#search').fill('glycerol')
    await page.getByLabel('Search by').selectOption('')
    await head.waitFor({ state: 'detached' })
  })

  t.test('a structure search goes on behind pages that filters have emptied', async (t) => {
    const page = await browser.newPage()
    t.teardown(() => page.close())
    let molecules: object[] = []
    await page.route('**/api/molecules?*', (route) => {
      const headers = molecules.length ? {} : { link: '</api/molecules?substructure=CO&after=x>; rel="next"' }
      return route.fulfill({ headers, json: { molecules } })
    })
    await page.goto(`${origin}/#/molecules?substructure=CO&molecular_weight=lt.1`)
    await page.locator('.state', { hasText: 'No molecule so far' }).waitFor()
    // Also when it is hidden, because the page has gone on by itself.
    const more = page.locator('button.more')
    await waitFor(() => more.isEnabled(), { what: 'more can be shown' })
    molecules = [{ id: '1', name: 'Found', molecular_weight: null, smiles: null }]
    await more.dispatchEvent('click')
    await page.locator('.count', { hasText: /^1 molecule$/ }).waitFor()
    t.equal(await page.locator('.state').count(), 0)
  })
})
