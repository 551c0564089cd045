import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core'
import type { Test } from 'tap'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

/** Where this machine has a Chromium; undefined if it has none. */
export const chromiumPath = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  .find(isExecutable)

/** A Chromium without a window, closed when the test ends. */
export async function startBrowser(t: Test): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: chromiumPath as string,
    // A container has no namespaces to build a sandbox of.
    args: ['--no-sandbox', '--disable-background-networking']
  })
  t.teardown(() => browser.close())
  return browser
}

/** A page with what its console, its policy and its scripts report, closed when the test ends. */
export async function openPage(
  t: Test,
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
  view = ''
) {
  const page = await browser.newPage(options)
  t.teardown(() => page.close())
  const faults: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(message.text())
  })
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`)) faults.push(request.url())
  })
  await page.goto(`${origin}/${view}`)
  return { page, faults }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
