// The page in a browser, over a service with its own Supabase.
import type { Page } from 'playwright-core'
import t from 'tap'
import { startApp, waitForSearch } from '../support/service/app.ts'
import { chromiumPath, openPage, startBrowser } from '../support/service/browser.ts'
import { waitFor } from '../support/wait.ts'

const skip = chromiumPath ? false : 'no Chromium on this machine: install the package chromium to test the page'

t.test('the page in Chromium', { skip }, async (t) => {
  const browser = await startBrowser(t)
  const app = await startApp(t, {})
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  // The first drawing starts the thread, which may take longer than a drawing may.
  while ((await app.inject('/api/depict?smiles=CCO')).statusCode !== 200);

  t.test('the keyboard alone leads from a search to a molecule, to a mixture, and back', async (t) => {
    const { page, faults } = await openPage(t, browser, origin)
    await tabTo(page, 'search')
    await page.keyboard.type('DMSO')
    await page.locator('.count', { hasText: /^1 molecule$/ }).waitFor()
    t.match(page.url(), /#\/molecules\?q=DMSO$/)
    await tabTo(page, 'Dimethyl sulfoxide')
    await page.keyboard.press('Enter')
    await page.locator('h1', { hasText: 'Dimethyl sulfoxide' }).waitFor()
    await page.locator('.links a').first().waitFor()
    await tabTo(page, 'VS55')
    await page.keyboard.press('Enter')
    await page.locator('h1', { hasText: 'VS55' }).waitFor()
    await page.goBack()
    await page.locator('h1', { hasText: 'Dimethyl sulfoxide' }).waitFor()
    await page.goBack()
    await page.locator('.card').waitFor()
    t.equal(await page.locator('#search').inputValue(), 'DMSO')
    await page.goForward()
    await page.locator('h1', { hasText: 'Dimethyl sulfoxide' }).waitFor()
    t.strictSame(faults, [])
  })

  t.test('the first list is asked for once, and not where another view is shown', async (t) => {
    for (const [address, count] of [
      ['', 1],
      ['#/molecules?q=DMSO', 1],
      ['#/mixtures', 0]
    ] as const) {
      const context = await browser.newContext()
      t.teardown(() => context.close())
      const page = await context.newPage()
      let lists = 0
      page.on('request', (request) => {
        if (request.url().includes('/api/molecules?')) lists++
      })
      await page.goto(`${origin}/${address}`)
      await page.locator('main :is(.card, .composition)').first().waitFor()
      t.equal(lists, count, address)
    }
  })

  t.test('a search text is taken for a name, formula, InChIKey or SMILES by its form, and ranges filter', async (t) => {
    const { page } = await openPage(t, browser, origin)
    const status = page.locator('.count')
    for (const [text, address, found] of [
      ['C3H8O3', /formula=C3H8O3$/, /^1 molecule$/],
      ['c5h14clno', /formula=C5H14ClNO$/, /^1 molecule$/],
      ['IAZDPXIOMUYVGZ-UHFFFAOYSA-N', /inchikey=/, /^1 molecule$/],
      ['InChIKey=PEDCQBHIVMGVHV-UHFFFAOYSA-N', /inchikey=PED/, /^1 molecule$/],
      ['753', /cid=753$/, /^1 molecule$/],
      ['CS(C)=O', /substructure=CS/, /^1 molecule$/],
      ['no such thing', /q=no\+such\+thing$/, /^0 molecules$/]
    ] as const) {
      await page.locator('#search').fill(text)
      await page.waitForURL(address)
      await status.filter({ hasText: found }).waitFor()
    }
    t.equal(await page.locator('.state-title').innerText(), 'No molecule matches')
    await page.locator('#search').fill('')
    await page.locator('.filters summary').click()
    await page.getByLabel('Molecular weight, from').fill('90,5')
    await page.getByLabel('Molecular weight, to').fill('92.5')
    await page.waitForURL(/molecular_weight=gte.90.5&molecular_weight=lte.92.5$/)
    await page.locator('.card', { hasText: 'Glycerol' }).first().waitFor()
    await page.getByLabel('Molecular weight, to').fill('heavy')
    await page.getByRole('alert').filter({ hasText: '“heavy” is not a number' }).waitFor()
    t.equal(await page.locator('input[aria-invalid="true"]').count(), 1)
    await page.getByLabel('Molecular weight, to').fill('100')
    await page.waitForURL(/molecular_weight=lte.100$/)
    t.equal(await page.locator('#filter-problem').innerText(), '')
  })

  t.test('a search that cannot find what a chemist means says what else to search for', async (t) => {
    const { page } = await openPage(t, browser, origin)
    const input = page.locator('#search')
    await input.fill('eg')
    await page.locator('#search-hint', { hasText: 'EG: abbreviation of Ethylene glycol' }).waitFor()
    await input.fill('DMSO and more')
    await page.locator('.state', { hasText: 'a formula such as C3H8O3, an InChIKey' }).waitFor()
    t.equal(await page.locator('#search-hint').innerText(), '')
    await input.fill('56-81-5')
    await page.locator('.state', { hasText: 'No molecule has this CAS number' }).waitFor()
    await input.fill('HOCH2CH(OH)CH2OH')
    await page.locator('.state', { hasText: 'C3H8O3 for HOCH2CH(OH)CH2OH' }).waitFor()
    await input.fill('InChI=1S/CH4N2O/c2-1(3)4/h(H4,2,3,4)')
    await page.getByRole('link', { name: 'its formula' }).click()
    await page.locator('.card', { hasText: 'Urea' }).waitFor()
    t.equal(await page.locator('#search').inputValue(), 'CH4N2O')
    t.equal(await page.locator('#search-by').inputValue(), '', 'a formula needs no choice')
  })

  t.test('a search text may have subscripts, further spaces, or say that it is a CID or a CAS number', async (t) => {
    const { page } = await openPage(t, browser, origin)
    for (const [text, found] of [
      ['C\u2083H\u2088O\u2083', 'formula=C3H8O3'],
      ['propylene  glycol ', 'q=propylene+glycol'],
      ['PubChem CID: 753', 'cid=753'],
      ['CAS 56-81-5', 'q=56-81-5'],
      ['cid', 'q=cid']
    ] as const) {
      await page.locator('#search').fill(text)
      await page.waitForURL(`${origin}/#/molecules?${found}`)
    }
    t.equal(await page.locator('#search').inputValue(), 'cid', 'the text stays as it was typed')
  })

  t.test('the list is saved as a table with a column for each property, with its unit', async (t) => {
    const { page, faults } = await openPage(t, browser, origin, {}, '#/molecules?formula=C2H6O')
    await page.locator('.ranges', { hasText: 'Melting Point' }).waitFor({ state: 'attached' })
    await page.locator('.menu summary').click()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'CSV table' }).click()
    ])
    t.equal(file.suggestedFilename(), 'molecules.csv')
    const text = Buffer.concat(await (await file.createReadStream()).toArray()).toString()
    const [head, row, end] = text.split('\r\n')
    t.match(head, /^\ufeffid,cid,name,.*,updated_at,.*,Melting Point \(°C\),.*Topological Polar Surface Area \(Å²\)$/)
    t.match(row, /,702,Ethanol,C2H6O,CCO,.*,"Tyree TJ, .*,-114\.14,/)
    t.equal(end, '')
    t.strictSame(faults, [])
  })

  t.test('mixtures are saved as a table with a line for each component', async (t) => {
    const { page, faults } = await openPage(t, browser, origin, {}, '#/mixtures?q=DAP213')
    await page.locator('.count', { hasText: '1 mixture' }).waitFor()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'CSV table' }).click()
    ])
    t.equal(file.suggestedFilename(), 'mixtures.csv')
    const text = Buffer.concat(await (await file.createReadStream()).toArray()).toString()
    const [head, ...lines] = text.trim().split('\r\n')
    t.equal(head, 'mixture,molecule,concentration,unit,source')
    t.strictSame(lines.map((line) => line.split(',').slice(0, 4).join()).sort(), [
      'DAP213,Acetamide,1,mol/L',
      'DAP213,Dimethyl sulfoxide,2,mol/L',
      'DAP213,Propylene glycol,3,mol/L'
    ])
    t.strictSame(faults, [])
  })

  t.test('a molecule has its other names, and its properties say what they mean', async (t) => {
    const { page } = await openPage(t, browser, origin, {}, '#/molecules?q=dmso')
    await page.locator('.card', { hasText: 'Dimethyl sulfoxide' }).click()
    await page.locator('.facts', { hasText: 'DMSO; Me2SO' }).waitFor()
    await page.locator('th', { hasText: 'octanol-water partition coefficient' }).waitFor()
    t.equal(await page.locator('h1').innerText(), 'Dimethyl sulfoxide')
  })

  t.test('only properties that molecules have are offered, besides those that the address names', async (t) => {
    const { page } = await openPage(t, browser, origin)
    await page.locator('option', { hasText: 'LogP, lowest first' }).waitFor({ state: 'attached' })
    t.equal(await page.locator('option', { hasText: 'Critical' }).count(), 0)
    t.equal(await page.locator('.range', { hasText: 'Critical' }).count(), 0)
    const property = 'property=Critical+Cooling+Rate.gte.1'
    await page.evaluate(`location.hash = '#/molecules?${property}'`)
    await page.locator('.range', { hasText: 'Critical Cooling Rate' }).waitFor()
    await page.getByLabel('LogP, from').fill('0')
    await page.waitForURL(/property=LogP.gte.0/)
    t.match(page.url(), property)
  })

  t.test('Back leads from search to search, not from letter to letter, also from other views', async (t) => {
    const { page } = await openPage(t, browser, origin)
    await page.clock.install()
    const input = page.locator('#search')
    const status = page.locator('.count')
    const showsSearch = (text: string) =>
      waitFor(async () => (await input.inputValue()) === text, { what: `the search is for "${text}"` })
    await status.filter({ hasText: '82 molecules' }).waitFor()
    await input.pressSequentially('treh', { delay: 300 })
    await status.filter({ hasText: /^1 molecule$/ }).waitFor()
    await page.clock.fastForward(5000)
    await input.fill('glycerol')
    await page.waitForURL(/q=glycerol$/)
    await page.locator('.card', { hasText: 'Glycerol' }).first().click()
    await page.locator('h1', { hasText: 'lycerol' }).waitFor()
    await page.locator('.crumb a').click()
    await showsSearch('glycerol')
    await page.getByRole('link', { name: 'Mixtures' }).click()
    await page.locator('.mixture').first().waitFor()
    await page.getByRole('link', { name: 'Molecules' }).click()
    await showsSearch('glycerol')
    for (let i = 0; i < 4; i++) await page.goBack()
    await showsSearch('glycerol')
    await page.goBack()
    await showsSearch('treh')
    await page.goBack()
    await showsSearch('')
    await page.goForward()
    await showsSearch('treh')
    await page.getByRole('link', { name: 'Molecules' }).click()
    await showsSearch('')
  })

  t.test('a part of the name of a component leads to the mixtures that contain it', async (t) => {
    const { page, faults } = await openPage(t, browser, origin, {}, '#/mixtures')
    await page.getByLabel('Contains').fill('glyc')
    await page.locator('.state', { hasText: 'These have “glyc” in a name or synonym' }).waitFor()
    t.notOk(await page.getByRole('link', { name: 'Glycine' }).count(), 'no mixture contains it')
    const offer = page.locator('.state li', { hasText: /^Glycerol/ })
    const [count] = /\d+ mixtures/.exec(await offer.innerText()) as RegExpExecArray
    await offer.getByRole('link').click()
    await page.locator('.count', { hasText: count }).waitFor()
    await page.getByLabel('Contains').fill('no such thing')
    await page.locator('.state', { hasText: 'No mixture matches' }).waitFor()
    t.equal(await page.locator('.state li').count(), 0)
    t.strictSame(faults, [])
  })

  t.test('the most frequent molecules have one color each in all mixtures', async (t) => {
    const { page } = await openPage(t, browser, origin, {}, '#/mixtures')
    await page.locator('.line', { hasText: /A full bar is .*mol\/L/ }).waitFor()
    const parts: [string, string][] = await page.evaluate(
      `[...document.querySelectorAll('.legend li')].map((li) => [li.querySelector('a').textContent, li.firstChild.className])`
    )
    const frequent = Map.groupBy(parts, ([name]) => name)
    const colors = new Set<string>()
    for (const name of [
      'Dimethyl sulfoxide',
      'Ethylene glycol',
      'Propylene glycol',
      'Sucrose',
      'Glycerol',
      'Formamide'
    ]) {
      const [color = '', ...others] = new Set(frequent.get(name)?.map(([, one]) => one))
      t.strictSame(others, [], name)
      colors.add(color)
    }
    t.equal(colors.size, 6)
  })

  t.test('names of usual length stand on one line of a wide table, and no word is broken on a phone', async (t) => {
    const { page } = await openPage(
      t,
      browser,
      origin,
      { viewport: { width: 1440, height: 900 } },
      '#/molecules?view=table'
    )
    const findBroken = (selector: string, word: string): Promise<string[]> =>
      page.evaluate(`[...document.querySelectorAll('${selector}')].flatMap(({ firstChild }) =>
        [...firstChild.data.matchAll(/${word}/g)].filter((match) => {
          const range = document.createRange()
          range.setStart(firstChild, match.index)
          range.setEnd(firstChild, match.index + match[0].length)
          return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1
        }).map(([text]) => text))`)
    await page.locator('tbody tr').nth(47).waitFor()
    t.strictSame(await findBroken('tbody th a', '^.{1,25}$'), [])
    await page.setViewportSize({ width: 360, height: 800 })
    await page.getByText('Cards').click()
    await page.locator('.card').nth(47).waitFor()
    t.strictSame(await findBroken('.card-name', '[^ -]+'), [])
  })

  t.test('a molecule leads to similar ones, the most similar first, which can be saved as an SD file', async (t) => {
    await waitForSearch(app)
    const { page, faults } = await openPage(t, browser, origin, {}, `#/molecules?q=glycerin`)
    await page.locator('.card', { hasText: 'Glycerol' }).click()
    await page.getByRole('link', { name: 'Similar molecules' }).click()
    const found = page.locator('.card', { hasText: '% similar' })
    await found.nth(5).waitFor()
    const shares = (await found.allInnerTexts()).map((text) => /(\d+)\s% similar/.exec(text)?.[1])
    t.equal(shares[0], '100')
    t.strictSame(
      shares,
      shares.toSorted((a, b) => Number(b) - Number(a))
    )
    t.notOk(await page.locator('#order').isVisible(), 'there is one order')
    await page.locator('.menu summary').click()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'SDF structures' }).click()
    ])
    t.equal(file.suggestedFilename(), 'molecules.sdf')
    const text = Buffer.concat(await (await file.createReadStream()).toArray()).toString()
    t.equal(text.split('$$$$\n').length - 1, shares.length)
    t.match(text, /> {2}<score>\n1\n/)
    t.strictSame(faults, [])
  })

  t.test('a molecule that does not exist has a title and a way on, and no way to try again', async (t) => {
    const { page } = await openPage(t, browser, origin, {}, '#/pool')
    await page.locator('.live', { hasText: 'Live' }).waitFor()
    for (const id of ['foo', '00000000-0000-4000-8000-000000000000']) {
      await page.evaluate(`location.hash = '#/molecule/${id}'`)
      await page.locator('.failure').waitFor()
      t.notMatch(await page.title(), /Pool/)
      t.equal(await page.getByRole('button', { name: 'Try again' }).count(), 0)
      await page.getByRole('link', { name: 'See all molecules' }).click()
      await page.locator('.card').first().waitFor()
    }
  })

  t.test('an address that the page does not have shows a view that says so', async (t) => {
    const { page, faults } = await openPage(t, browser, origin, {}, '#/molecule/%')
    for (const address of ['#/molecule/%', '#/molecule', '#/toString', '#/plot/1', '#foo', '#/molecule/a/b']) {
      await page.evaluate(`location.hash = '${address}'`)
      await page.waitForURL(`**/${address}`)
      await page.locator('.failure', { hasText: 'Not found' }).waitFor()
      t.match(await page.title(), /^Not found/)
      await page.getByRole('link', { name: 'See all molecules' }).click()
      await page.locator('.card').first().waitFor()
    }
    t.strictSame(faults, [])
  })

  t.test('a salt has no search for the molecules that contain it, which the service would refuse', async (t) => {
    const { page } = await openPage(t, browser, origin)
    await page.locator('#search').fill('choline chloride')
    await page.locator('.count', { hasText: '1 molecule' }).waitFor()
    await page.locator('.card').first().click()
    await page.getByText('Similar molecules').waitFor()
    t.equal(await page.getByText('Molecules that contain it').count(), 0)
  })

  t.test('a property of a molecule has the description of its type, also of one with another name', async (t) => {
    const { page } = await openPage(t, browser, origin, {}, '#/molecules?q=trehalose')
    await page.locator('.card').first().waitFor()
    await page.route('**/api/property-types?*', async (route) => {
      const json = await (await route.fetch()).json()
      for (const type of json.property_types) {
        type.description = `Meaning of ${type.name}`
        type.name = 'LogP'
      }
      await route.fulfill({ json })
    })
    await page.reload()
    await page.locator('.card').first().click()
    await page.locator('tbody th p').nth(5).waitFor()
    const heads = await page.locator('tbody th').allInnerTexts()
    t.ok(heads.length > 5)
    for (const text of heads) {
      const [name, description] = text.split(/\n+/)
      t.equal(description, `Meaning of ${name}`)
    }
  })

  t.test('values of the database are shown as text, whatever they hold', async (t) => {
    const names = [
      '<img src=x onerror="document.title=1">',
      '\u202Eevil\u202C',
      'x'.repeat(300),
      '🧊🧬',
      '</script><script>document.title=1</script>'
    ]
    const source = '"><b>bold</b> javascript:alert(1) doi:10.1000/<i>'
    const body = names.map((name) => ({ name: `Zz ${name}`, source, pubchem_link: 'javascript:alert(1)', cid: 1 }))
    for (const row of body)
      await app.supabase.request('POST', 'molecules', { body: { ...row, cid: null }, role: 'service' })
    const { page, faults } = await openPage(t, browser, origin, { viewport: { width: 360, height: 800 } })
    await page.locator('#search').fill('Zz ')
    await page.locator('.count', { hasText: '5 molecules' }).waitFor()
    t.strictSame((await page.locator('.card-name').allTextContents()).sort(), body.map(({ name }) => name).sort())
    t.equal(await page.evaluate('document.documentElement.scrollWidth'), 360)
    await page.locator('.card').first().click()
    await page.locator('h1', { hasText: 'Zz' }).waitFor()
    t.match(await page.title(), /^Zz /)
    t.equal(await page.locator('main b, main i, a[href^="javascript"]').count(), 0)
    t.strictSame(faults, [])
  })

  t.test('a link leads to the top of a molecule, and Back to where it was left', async (t) => {
    const { page } = await openPage(t, browser, origin, { viewport: { width: 360, height: 400 } })
    const scrolled = (): Promise<number> => page.evaluate('scrollY')
    const card = page.locator('.card').first()
    await card.click()
    await page.locator('h1', { hasText: /./ }).waitFor()
    // Not by a click, before which the link would be scrolled to.
    await page.evaluate("onscroll = () => { location.hash = '#/mixtures' }; scroll(0, 300)")
    await page.locator('.mixture').first().waitFor()
    await page.evaluate('onscroll = null')
    await page.goBack()
    await waitFor(async () => (await scrolled()) === 300, { what: 'the molecule is where it was left' })
    await page.goBack()
    await card.click()
    await page.locator('main:focus .hero').waitFor()
    t.equal(await scrolled(), 0)
  })

  t.test('property types that come late leave a filter that is being typed as it is', async (t) => {
    const { page } = await openPage(t, browser, origin)
    const arrived = Promise.withResolvers<void>()
    await page.route('**/api/property-types?*', (route) => arrived.promise.then(() => route.continue()))
    await page.reload()
    await page.locator('summary', { hasText: 'Filters' }).click()
    await page.getByLabel('Molecular weight, from').pressSequentially('9')
    arrived.resolve()
    await page.locator('.range', { hasText: 'LogP' }).waitFor()
    await page.keyboard.type('0')
    await page.waitForURL(/molecular_weight=gte.90$/)
  })

  t.test('a filter of the address that no field shows is kept until all are cleared', async (t) => {
    const { page } = await openPage(t, browser, origin, {}, '#/molecules?property=LogP.lt.0')
    await page.getByLabel('LogP, from').fill('-3')
    await page.waitForURL(/property=LogP.lt.0&property=LogP.gte.-3$/)
    await page.getByText('Clear all filters').click()
    await page.waitForURL(/#\/molecules$/)
  })
})

/** Presses Tab until what has this id or begins with this text has the focus. */
async function tabTo(page: Page, wanted: string): Promise<void> {
  for (let i = 0; i < 100; i++) {
    await page.keyboard.press('Tab')
    const focused = page.locator(':focus')
    if ((await focused.count()) === 0) continue
    if ((await focused.getAttribute('id')) === wanted || (await focused.innerText()).startsWith(wanted)) return
  }
  throw new Error(`Tab does not lead to ${wanted}`)
}
