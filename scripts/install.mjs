// Installs what is missing, so that every command works on a fresh clone. Runs on any Node from 20 on, before there is
// anything installed: hence plain JavaScript without a dependency.
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The first Node version that runs TypeScript as it is. */
const NODE_MAJOR = 24

const root = fileURLToPath(new URL('..', import.meta.url))
const modified = (path) =>
  existsSync(`${root}/${path}`) ? statSync(`${root}/${path}`).mtimeMs : Number.NEGATIVE_INFINITY

const upToDate = modified('node_modules/.package-lock.json') >= modified('package-lock.json')
const hasNode = Number.parseInt(process.versions.node, 10) >= NODE_MAJOR || existsSync(`${root}/node_modules/.bin/node`)

if (!upToDate || !hasNode) {
  console.log('Installing dependencies (once, this takes a minute) …')
  // The environment tells a script which npm runs it.
  const npm = process.env.npm_execpath
  // Development packages whatever NODE_ENV says: Node itself is one.
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  const options = { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] }
  const { status } = npm ? spawnSync(process.execPath, [npm, ...args], options) : spawnSync('npm', args, options)
  if (status !== 0) process.exit(status ?? 1)
}
