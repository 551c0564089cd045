// What the documentation shows in TypeScript compiles and runs.
import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { readPages } from '../support/docs/pages.ts'
import { noLoadShedding } from '../support/service/app.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A folder with the sources, and each example where its first line says that it belongs. */
function writeExamples(t: Test): string {
  const folder = `${root}/.docs`
  t.teardown(() => rmSync(folder, { recursive: true }))
  for (const path of ['src', 'plugins', 'routes', 'supabase', 'package.json'])
    cpSync(`${root}/${path}`, `${folder}/${path}`, { recursive: true })
  const examples = readPages().flatMap(({ text }) =>
    [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code as string)
  )
  t.ok(examples.length >= 4)
  for (const [i, code] of examples.entries()) {
    const [, path = `examples/${i}.ts`] = /^\/\/ (\S+)\n/.exec(code) ?? []
    mkdirSync(dirname(`${folder}/${path}`), { recursive: true })
    writeFileSync(`${folder}/${path}`, code)
  }
  // What the documentation has made from the document of a running service.
  copyFileSync(`${root}/test/support/openapi/client.d.ts`, `${folder}/examples/cryoprotect.d.ts`)
  const config = { extends: '../tsconfig.json', include: ['src', 'plugins', 'routes', 'examples'] }
  writeFileSync(`${folder}/tsconfig.json`, JSON.stringify(config))
  return folder
}

/** Runs a command without the option by which tap loads itself into every Node process. */
function run(command: string, ...args: string[]) {
  return spawnSync('env', ['-u', 'NODE_OPTIONS', command, ...args], { encoding: 'utf8' })
}

t.test('the TypeScript of the documentation compiles, and its routes respond', (t) => {
  const folder = writeExamples(t)
  const { status, stdout } = run(`${root}/node_modules/.bin/tsc`, '-p', folder)
  t.equal(status, 0, stdout)

  const paths = ['/units', '/api/molecule-synonyms?name=dmso&select=name,kind', '/openapi.json']
  const script = `
    const { buildApp } = await import('${folder}/src/app.ts')
    const app = await buildApp({ environment: ${JSON.stringify(noLoadShedding)} })
    const responses = []
    for (const path of ${JSON.stringify(paths)}) responses.push((await app.inject(path)).json())
    await app.close()
    console.log(JSON.stringify(responses))`
  const service = run(process.execPath, '--input-type=module', '--eval', script)
  t.equal(service.status, 0, service.stderr)
  const [list, page, document] = JSON.parse(service.stdout)
  t.match(list.units.at(0), { name: 'Cell Permeating', units: null })
  t.strictSame(page, { status: 'success', count: 1, molecule_synonyms: [{ name: 'DMSO', kind: 'abbreviation' }] })
  t.ok(document.paths['/api/molecule-synonyms/{id}'])
  t.end()
})
