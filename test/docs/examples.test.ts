// What the README says of settings and endpoints is true.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { settings } from '../../src/config.ts'
import { startApp } from '../support/service/app.ts'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

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

t.test('its TypeScript compiles', (t) => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  // Two folders deep, as a route is, so that its imports lead to the sources.
  const folder = `${root}/.readme/snippets`
  t.teardown(() => rmSync(`${root}/.readme`, { recursive: true }))
  mkdirSync(folder, { recursive: true })
  const snippets = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code as string)
  t.ok(snippets.length >= 2)
  const app = "declare const app: import('fastify').FastifyInstance\n"
  for (const [i, code] of snippets.entries()) {
    // One for `plugins/` is a folder less deep.
    const path = code.includes("'../src/") ? `${root}/.readme/${i}.ts` : `${folder}/${i}.ts`
    writeFileSync(path, code.includes('export default') ? code : app + code)
  }
  // What the README has made from the document of a running service.
  copyFileSync(`${root}/test/support/openapi/client.d.ts`, `${folder}/cryoprotect.d.ts`)
  // The example keeps its client for what comes after it.
  const compilerOptions = { noUnusedLocals: false }
  const include = ['*.ts', 'snippets', '../plugins']
  writeFileSync(
    `${root}/.readme/tsconfig.json`,
    JSON.stringify({ extends: '../tsconfig.json', compilerOptions, include })
  )
  // Without the option by which tap loads itself into every Node process, which the compiler does not take.
  const command = ['-u', 'NODE_OPTIONS', `${root}/node_modules/.bin/tsc`, '-p', `${root}/.readme`]
  const { status, stdout } = spawnSync('env', command, { encoding: 'utf8' })
  t.equal(status, 0, stdout)
  t.end()
})
