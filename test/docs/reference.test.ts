// The tables of the documentation list what there is, and its links lead somewhere.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { readPages } from '../support/docs/pages.ts'
import { startApp } from '../support/service/app.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pages = readPages()
const readPage = (path: string) => readFileSync(join(root, path), 'utf8')
const document = JSON.parse(readPage('openapi.json'))

t.test(
  "the README's table of endpoints has every endpoint of the OpenAPI document and the page, and no other",
  async (t) => {
    const app = await startApp(t, {})
    const listed = [...readPage('README.md').matchAll(/^\| `(?:GET|DELETE) (\S+)`/gm)].map(([, path]) => path as string)
    const documented = Object.keys(document.paths).map((path) => path.replaceAll(/\{(\w+)\}/g, ':$1'))
    t.strictSame(listed.toSorted(), [...documented, '/docs'].sort())
    const links = Object.values<string>((await app.inject('/')).json().links)
    t.strictSame(
      links.filter((path) => !listed.includes(path.replace(/\?.*/, ''))),
      []
    )
  }
)

t.test('the table of errors has every code of the OpenAPI document, with its status', (t) => {
  const listed = [...readPage('docs/api.md').matchAll(/^\| (\d{3}) +\| `([A-Z_]+)`/gm)].map(
    ([, , code]) => code as string
  )
  const responses = Object.values<ErrorResponse>(document.components.responses)
  const codes = responses.flatMap(({ content }) => Object.keys(content['application/json'].examples))
  t.strictSame(new Set(listed), new Set(codes))
  t.end()
})

t.test('every relative link leads to a file, and to a heading if it names one', (t) => {
  const others = ['deploy/kubernetes/README.md', 'deploy/prometheus/README.md']
  for (const { path, text } of [...pages, ...others.map((path) => ({ path, text: readPage(path) }))]) {
    for (const [, link = ''] of text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
      const [file = '', heading] = link.split('#')
      const target = file ? join(dirname(path), file) : path
      t.ok(existsSync(join(root, target)), `${path}: ${link}`)
      if (heading && existsSync(join(root, target)))
        t.ok(readHeadings(readPage(target)).includes(heading), `${path}: ${link}`)
    }
  }
  t.end()
})

interface ErrorResponse {
  content: { 'application/json': { examples: Record<string, unknown> } }
}

/** The anchors that GitHub gives to the headings of a page. */
function readHeadings(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-')
  )
}
