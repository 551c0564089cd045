import { execFile, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Test } from 'tap'
import { waitFor } from '../support/wait.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const execute = promisify(execFile)

/** Why the tests are skipped; undefined where podman is installed. */
export const withoutPodman = spawnSync('podman', ['--version']).error ? 'podman is not installed' : undefined

/** The restrictions of the units in deploy/. */
export const HARDENED = ['--read-only', '--cap-drop=all', '--security-opt=no-new-privileges']

/** Runs podman and returns its output; rejects when it fails. */
export async function podman(...args: string[]): Promise<string> {
  const { stdout } = await execute('podman', args, { maxBuffer: 256 * 1024 * 1024 })
  return stdout.trim()
}

/** Builds an image for as long as the test runs. `BASE_IMAGE` overrides the Dockerfile's base image. */
export async function buildImage(t: Test, target: 'production' | 'demo'): Promise<string> {
  const image = `localhost/${uniqueName()}`
  const base = process.env.BASE_IMAGE ? ['--build-arg', `BASE_IMAGE=${process.env.BASE_IMAGE}`] : []
  // On the host's network, where the package registry is reached as it is for `npm ci` on the host; in docker's format,
  // which has room for the health check.
  const options = ['--network=host', '--format=docker', ...base]
  await podman('build', '--quiet', ...options, '--target', target, '--tag', image, root)
  t.teardown(() => podman('rmi', image))
  return image
}

/** Creates a podman secret for as long as the test runs, and returns its name. */
export async function createSecret(t: Test, text: string): Promise<string> {
  const name = uniqueName()
  // From a file: Node's pipes are sockets, from which podman reads no secrets.
  await podman('secret', 'create', name, `${t.testdir({ text })}/text`)
  t.teardown(() => podman('secret', 'rm', name))
  return name
}

/** Starts a container, removes it when the test ends, and returns its name. */
export async function startContainer(t: Test, image: string, options: string[]): Promise<string> {
  const name = uniqueName()
  t.teardown(() => podman('rm', '--force', '--ignore', name))
  await podman('run', '--detach', '--name', name, ...HARDENED, ...options, image)
  return name
}

/** A container's log, once it contains this text: lines may arrive late. */
export function waitForLog(container: string, text: string): Promise<string> {
  const find = async () => {
    const log = await podman('logs', container)
    return log.includes(text) ? log : undefined
  }
  return waitFor(find, { what: `${JSON.stringify(text)} in the log` })
}

/** Stops a container and returns its exit code. */
export async function stop(t: Test, container: string): Promise<number> {
  const start = performance.now()
  await podman('stop', '--time', '15', container)
  t.comment(`stopped in ${((performance.now() - start) / 1000).toFixed(2)} s`)
  return Number(await podman('inspect', '--format', '{{.State.ExitCode}}', container))
}

function uniqueName(): string {
  return `cryoprotect-test-${randomBytes(4).toString('hex')}`
}
