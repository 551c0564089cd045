// What the README says of settings and endpoints is true.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { settings } from '../src/config.ts'
import { startApp } from './support/app.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

t.test('the table of settings is the schema of settings', (t) => {
  const [, section = ''] = readme.split('\n## Settings\n')
  const rows = section.split('\n## ')[0]?.match(/^\| `.*$/gm)
  const cells = rows?.map((row) => row.split('|').map((cell) => cell.trim().replaceAll('`', '')))
  const schemas = Object.entries(settings.properties as unknown as Record<string, Record<string, unknown>>)
  const expected = schemas.map(([name, schema]) => ['', name, String(schema.default ?? ''), schema.description, ''])
  t.strictSame(cells, expected)
  t.end()
})

t.test('the table of endpoints lists every endpoint, and each is there', async (t) => {
  const app = await startApp(t, {})
  const paths = [...readme.matchAll(/^\| `GET (\S+)`/gm)].map(([, path]) => path as string)
  t.strictSame(
    paths.toSorted(),
    ['/api/molecules/:id', '/', ...Object.values((await app.inject('/')).json().links)].sort()
  )
  for (const path of paths) t.ok(app.hasRoute({ method: 'GET', url: path }), path)
})
