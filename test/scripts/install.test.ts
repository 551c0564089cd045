import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'

const script = fileURLToPath(new URL('../../scripts/install.mjs', import.meta.url))

/** In the place of npm: notes its arguments and does what `body` says. */
const npm = (body = '') => `
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
appendFileSync('calls', process.argv.slice(2, 4).join(' ') + '\\n')
mkdirSync('node_modules/.bin', { recursive: true })
writeFileSync('node_modules/.bin/node', '')
${body}
if (process.argv.includes('--include=dev')) mkdirSync('node_modules/tap', { recursive: true })
writeFileSync('node_modules/.package-lock.json', '{}')
`

function clone(t: Test, body?: string): string {
  const folder = t.testdir({ scripts: {}, 'package-lock.json': '{}', 'npm.mjs': npm(body) })
  copyFileSync(script, `${folder}/scripts/install.mjs`)
  return folder
}

function install(folder: string, ...args: string[]): ChildProcess {
  const { NODE_OPTIONS: _, ...environment } = process.env
  const env = { ...environment, npm_execpath: `${folder}/npm.mjs`, npm_node_execpath: process.execPath }
  return spawn(process.execPath, [`${folder}/scripts/install.mjs`, ...args], { env })
}

async function installed(folder: string, ...args: string[]): Promise<{ code: number; output: string }> {
  const child = install(folder, ...args)
  const chunks: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => chunks.push(String(chunk)))
  const [code] = await once(child, 'close')
  return { code, output: chunks.join('') }
}

const calls = (folder: string) => readFileSync(`${folder}/calls`, 'utf8').trim().split('\n')

t.test(
  'install runs npm once for the service, and again for development packages when they are requested',
  async (t) => {
    const folder = clone(t)
    await installed(folder)
    await installed(folder)
    t.strictSame(calls(folder), ['ci --omit=dev'])
    await installed(folder, '--dev')
    await installed(folder, '--dev')
    await installed(folder)
    t.strictSame(calls(folder), ['ci --omit=dev', 'install --no-save'])
  }
)

t.test('install updates installed development packages when the lock file is newer', async (t) => {
  const folder = clone(t)
  await installed(folder, '--dev')
  const later = Date.now() / 1000 + 60
  utimesSync(`${folder}/package-lock.json`, later, later)
  await installed(folder)
  t.strictSame(calls(folder), ['ci --include=dev', 'install --no-save'])
  t.ok(existsSync(`${folder}/node_modules/tap`))
})

t.test('install kills npm on a signal, and starts over with the next command', async (t) => {
  const folder = clone(
    t,
    `writeFileSync('pid', String(process.pid)); await new Promise(() => setInterval(() => {}, 1e3))`
  )
  const child = install(folder)
  while (!existsSync(`${folder}/pid`)) await new Promise(setImmediate)
  child.kill('SIGINT')
  const [code] = await once(child, 'close')
  t.equal(code, 130)
  t.throws(() => process.kill(Number(readFileSync(`${folder}/pid`, 'utf8')), 0), { code: 'ESRCH' }, 'npm has ended')

  writeFileSync(`${folder}/npm.mjs`, npm())
  t.equal((await installed(folder)).code, 0)
  t.strictSame(calls(folder), ['ci --omit=dev', 'ci --omit=dev'])
})

t.test("install exits with npm's exit code and errors, without its lines for successful requests", async (t) => {
  const folder = clone(
    t,
    `console.error('npm http fetch GET 200 https://registry.example/x/-/x-1.0.0.tgz 3ms')
    console.error('npm http fetch GET https://registry.example/y attempt 1 failed with ECONNREFUSED')
    console.error('npm error code ECONNREFUSED')
    process.exit(7)`
  )
  const { code, output } = await installed(folder)
  t.equal(code, 7)
  t.match(output, 'attempt 1 failed with ECONNREFUSED')
  t.match(output, 'npm error code ECONNREFUSED')
  t.notMatch(output, 'GET 200')
})

t.test('install says so when npm is missing', async (t) => {
  const folder = clone(t)
  mkdirSync(`${folder}/empty`)
  const env = { PATH: `${folder}/empty` }
  const child = spawn(process.execPath, [`${folder}/scripts/install.mjs`], { env })
  let output = ''
  child.stderr.on('data', (chunk) => {
    output += chunk
  })
  const [code] = await once(child, 'close')
  t.equal(code, 1)
  t.match(output, 'npm: spawn npm ENOENT')
})
