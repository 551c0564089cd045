// What is served as the page, to whom, and how it may be cached.
import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { startApp } from '../support/service/app.ts'
import { waitFor } from '../support/wait.ts'

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'
const root = fileURLToPath(new URL('../../public', import.meta.url))

const app = await startApp(t, {})

t.test(
  'a browser gets the page, with a Content-Security-Policy that lets it load and ask this service only',
  async (t) => {
    const { statusCode, headers, body } = await app.inject({ url: '/', headers: { accept: BROWSER } })
    t.equal(statusCode, 200)
    t.equal(headers['content-type'], 'text/html; charset=utf-8')
    t.match(
      String(headers['content-security-policy']),
      /^default-src 'none'; script-src 'self'; .*trusted-types 'none'$/
    )
    t.notMatch(String(headers['content-security-policy']), /unsafe|https?:|\*|data:/)
    t.match(headers, { 'cache-control': 'no-cache', vary: 'Accept', 'x-content-type-options': 'nosniff' })
    t.match(body, '<title>CryoProtect</title>')
    const same = await app.inject({ url: '/', headers: { accept: BROWSER, 'if-none-match': String(headers.etag) } })
    t.equal(same.statusCode, 304)
  }
)

t.test('whoever does not prefer HTML gets JSON at /', async (t) => {
  for (const accept of [undefined, '*/*', 'application/json', 'application/json, text/html;q=0.9', 'x'.repeat(1001)]) {
    const { headers } = await app.inject({ url: '/', headers: { ...(accept && { accept }) } })
    t.match(headers['content-type'], 'application/json', String(accept).slice(0, 40))
    t.equal(headers.vary, 'Accept')
  }
})

t.test('the page names every module, so that none waits for another, and browsers keep what it names', async (t) => {
  const { body } = await app.inject({ url: '/', headers: { accept: BROWSER } })
  const paths = [...body.matchAll(/"\.(\/page\/[^"]+)"/g)].map(([, path]) => path as string)
  const modules = readdirSync(`${root}/page`).filter((name) => name.endsWith('.js'))
  t.strictSame(
    paths
      .map((path) => basename(path))
      .filter((name) => name.endsWith('.js'))
      .sort(),
    modules.sort()
  )
  for (const url of paths) {
    const { statusCode, headers } = await app.inject(url)
    t.equal(statusCode, 200, url)
    t.match(
      headers['content-type'],
      url.endsWith('.js') ? 'javascript' : url.endsWith('.css') ? 'text/css' : 'image/svg+xml'
    )
    t.equal(headers['cache-control'], 'public, max-age=31536000, immutable')
    t.ok(headers.etag)
  }
  t.equal((await app.inject('/page/main.js')).statusCode, 404)
  t.equal((await app.inject(`${paths[0]}/../../../package.json`)).statusCode, 404)
})

t.test(
  'demonstration data are announced in the page, and their first drawings made before a browser asks',
  async (t) => {
    const demo = await startApp(t, {})
    const made = recordDrawings(demo)
    await demo.listen({ host: '127.0.0.1', port: 0 })
    await waitFor(() => made.length === 24, { what: 'the first drawings are made' })
    const rows: { smiles: string | null }[] = (await demo.inject('/api/molecules?limit=48')).json().molecules
    const first = rows.flatMap(({ smiles }) => smiles ?? []).slice(0, 24)
    t.strictSame(
      made,
      first.map((smiles) => ({ size: 150, theme: 'light', smiles, title: smiles }))
    )
    t.match(readFileSync(`${root}/page/molecules.js`, 'utf8'), 'structure(molecule, 150,', 'as the page asks for them')
    const { body } = await demo.inject({ url: '/', headers: { accept: BROWSER } })
    t.match(body, /<aside id="notice" aria-label="Notice">This is demonstration data[^<]+<\/aside>/)
  }
)

t.test('over a project of its own the page has no notice, and the first drawing waits for a browser', async (t) => {
  const project = await startApp(t, { SUPABASE_URL: 'http://127.0.0.1:1', SUPABASE_KEY: 'sb_publishable_x' })
  const made = recordDrawings(project)
  await project.listen({ host: '127.0.0.1', port: 0 })
  t.strictSame(made, [])
  const { body } = await project.inject({ url: '/', headers: { accept: BROWSER } })
  t.match(body, '<aside id="notice" aria-label="Notice" hidden></aside>')
  t.equal(made.length, 1)
})

t.test('with PAGE=false browsers get JSON too, and no file of the page', async (t) => {
  const without = await startApp(t, { PAGE: 'false' })
  const { headers } = await without.inject({ url: '/', headers: { accept: BROWSER } })
  t.match(headers['content-type'], 'application/json')
  const { body } = await app.inject({ url: '/', headers: { accept: BROWSER } })
  const [, path = ''] = /"\.(\/page\/[^"]+)"/.exec(body) ?? []
  t.equal((await without.inject(path)).statusCode, 404)
})

t.test('the page weighs at most 60 kB, compressed', (t) => {
  const files = ['index.html', ...readdirSync(`${root}/page`).map((name) => `page/${name}`)]
  const weight = files.reduce((sum, file) => sum + gzipSync(readFileSync(`${root}/${file}`), { level: 9 }).length, 0)
  t.comment(`${files.length} files, ${weight} bytes`)
  t.ok(weight <= 60_000)
  t.end()
})

/** What a service has drawn since, in place of drawing it. */
function recordDrawings({ chemistry }: FastifyInstance): unknown[] {
  const made: unknown[] = []
  chemistry.draw = async (drawing) => {
    made.push(drawing)
    return ''
  }
  return made
}
