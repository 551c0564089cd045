import { execFile, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Test } from 'tap'

const root = fileURLToPath(new URL('../..', import.meta.url))
const execute = promisify(execFile)

/** How long a service may take to answer, in milliseconds. */
const START_TIMEOUT = 15_000

/** Why there is nothing to test; undefined where podman is installed. */
export const withoutPodman = spawnSync('podman', ['--version']).error ? 'podman is not installed' : undefined

/** As locked up as the units in deploy/ have it. */
export const HARDENED = ['--read-only', '--cap-drop=all', '--security-opt=no-new-privileges']

/** Runs podman and gives its output; rejects when it fails. */
export async function podman(...args: string[]): Promise<string> {
  const { stdout } = await execute('podman', args, { maxBuffer: 256 * 1024 * 1024 })
  return stdout.trim()
}

/** Builds an image for as long as the test runs. `BASE_IMAGE` names another base than the Dockerfile's. */
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

/** Keeps a text as a podman secret for as long as the test runs, and gives its name. */
export async function createSecret(t: Test, text: string): Promise<string> {
  const name = uniqueName()
  // By way of a file: Node's pipes are sockets, which podman does not read secrets from.
  await podman('secret', 'create', name, `${t.testdir({ text })}/text`)
  t.teardown(() => podman('secret', 'rm', name))
  return name
}

/** Starts a container, removes it when the test ends, and gives its name. */
export async function startContainer(t: Test, image: string, options: string[]): Promise<string> {
  const name = uniqueName()
  t.teardown(() => podman('rm', '--force', '--ignore', name))
  await podman('run', '--detach', '--name', name, ...HARDENED, ...options, image)
  return name
}

/** Waits until the service is ready. */
export async function untilReady(url: string): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT
  for (;;) {
    const response = await fetch(`${url}/health/ready`).catch(() => undefined)
    if (response?.ok) return
    if (performance.now() > deadline) throw new Error(`${url} does not become ready: ${await response?.text()}`)
    await sleep(20)
  }
}

/** A container's log, as soon as it has this text: lines may come a second late. */
export async function logWith(container: string, text: string): Promise<string> {
  const deadline = performance.now() + START_TIMEOUT
  for (;;) {
    const log = await podman('logs', container)
    if (log.includes(text)) return log
    if (performance.now() > deadline) throw new Error(`${JSON.stringify(text)} is not in the log:\n${log}`)
    await sleep(100)
  }
}

/** Stops a container and gives its exit code. */
export async function stop(t: Test, container: string): Promise<number> {
  const start = performance.now()
  await podman('stop', '--time', '15', container)
  t.comment(`stopped in ${((performance.now() - start) / 1000).toFixed(2)} s`)
  return Number(await podman('inspect', '--format', '{{.State.ExitCode}}', container))
}

/** A port of the host that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

function uniqueName(): string {
  return `cryoprotect-test-${randomBytes(4).toString('hex')}`
}
