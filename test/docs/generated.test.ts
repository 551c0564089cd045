import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const root = fileURLToPath(new URL('../..', import.meta.url))

t.test('the document and the types in the sources are those of the service as it is', (t) => {
  const folder = t.testdir({ test: { support: { openapi: {} } } })
  execFileSync(process.execPath, [`${root}/scripts/docs.ts`], { cwd: folder })
  for (const file of ['openapi.json', 'test/support/openapi/client.d.ts']) {
    const text = readFileSync(`${folder}/${file}`, 'utf8')
    t.equal(readFileSync(`${root}/${file}`, 'utf8'), text, `${file}: npm run docs brings it up to date`)
  }
  t.end()
})
