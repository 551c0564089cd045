// What npm run docs writes is up to date.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => readFileSync(`${root}/${path}`, 'utf8')

t.test('the OpenAPI document, the types of a client and the tables of settings are those of the sources', (t) => {
  const folder = t.testdir({
    'README.md': read('README.md'),
    docs: { 'configuration.md': read('docs/configuration.md') },
    test: { support: { openapi: {} } }
  })
  execFileSync(process.execPath, [`${root}/scripts/docs.ts`], { cwd: folder })
  for (const file of ['openapi.json', 'test/support/openapi/client.d.ts', 'README.md', 'docs/configuration.md']) {
    const text = readFileSync(`${folder}/${file}`, 'utf8')
    t.equal(read(file), text, `${file}: npm run docs brings it up to date`)
  }
  t.end()
})

t.test('the README and the page on configuration have a table of settings', (t) => {
  t.equal(read('README.md').match(/^\| `[A-Z_]+`/gm)?.length, 10)
  t.ok((read('docs/configuration.md').match(/^\| `[A-Z_]+` /gm)?.length ?? 0) > 20)
  t.end()
})
