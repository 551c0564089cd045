// The production image under the restrictions of deploy/, in front of the real PostgREST.
import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { noLoadShedding } from '../support/service/app.ts'
import { startGateway } from '../support/upstream/gateway.ts'
import { findFreePort, waitFor, waitForUrl } from '../support/wait.ts'
import { checkContract } from './contract.ts'
import { buildImage, createSecret, podman, startContainer, stop, waitForLog, withoutPodman } from './podman.ts'

const ADMIN_TOKEN = 'an-admin-token-of-the-tests'
/** Concurrent clients while the service stops. */
const CLIENTS = 20

if (withoutPodman) t.plan(0, withoutPodman)
else await testProduction()

async function testProduction() {
  const image = await buildImage(t, 'production')

  /** Starts a container that reaches the gateway on the host's loopback address, with its keys as secrets. */
  async function start(t: Test, options: string[] = []) {
    const gateway = await startGateway()
    t.teardown(() => gateway.close())
    const { SUPABASE_URL, SUPABASE_KEY, SUPABASE_SERVICE_KEY } = gateway.environment
    const port = await findFreePort()
    const settings = { SUPABASE_URL, HOST: '127.0.0.1', PORT: port, ...noLoadShedding }
    const secrets = { SUPABASE_KEY, SUPABASE_SERVICE_KEY, ADMIN_TOKEN }
    const args = Object.entries(settings).map(([name, value]) => `--env=${name}=${value}`)
    for (const [name, value] of Object.entries(secrets)) {
      const file = `/run/keys/${name}`
      args.push(`--secret=${await createSecret(t, value)},target=${file}`, `--env=${name}_FILE=${file}`)
    }
    const container = await startContainer(t, image, ['--network=host', ...args, ...options])
    const url = `http://127.0.0.1:${port}`
    await waitForUrl(`${url}/health/ready`, { timeoutMs: 60_000 })
    return { container, url, gateway, secrets: Object.values(secrets) }
  }

  t.test('the production image serves the API, and no key appears in its log, environment or metadata', async (t) => {
    const { container, url, gateway, secrets } = await start(t)
    await checkContract(t, url, ADMIN_TOKEN)
    const headers = { authorization: `Bearer ${gateway.userToken('11111111-1111-4111-8111-111111111111')}` }
    const seen = await fetch(`${url}/api/molecules?name=Zz%20private`, { headers })
    t.match(await seen.json(), { count: 1 }, 'row level security sees the user')

    const outputs = {
      'podman inspect': await podman('inspect', container),
      'the image': await podman('inspect', image),
      'the log': await waitForLog(container, 'GET /api/molecules 200'),
      'the environment': await podman('exec', container, 'cat', '/proc/1/environ'),
      'the command line': await podman('exec', container, 'cat', '/proc/1/cmdline')
    }
    for (const [output, text] of Object.entries(outputs)) {
      t.ok(text, output)
      for (const secret of secrets) t.notOk(text.includes(secret), `no key in ${output}`)
    }
  })

  t.test(
    'the production image runs as an unprivileged user without capabilities on a read-only file system',
    async (t) => {
      const { container } = await start(t)
      t.equal(await podman('exec', container, 'cat', '/proc/1/cmdline'), 'node\0src/server.ts\0', 'Node is process 1')
      const status = await podman('exec', container, 'cat', '/proc/1/status')
      t.match(status, /^Uid:\t1000\t1000\t1000\t1000$/m)
      t.match(status, /^CapBnd:\t0+$/m)
      t.match(status, /^NoNewPrivs:\t1$/m)
      for (const place of ['/app', '/usr/local/bin', '/home/node']) {
        await t.rejects(podman('exec', container, 'touch', `${place}/x`), /Read-only file system|Permission denied/)
      }
      await t.rejects(podman('exec', '--user=0', container, 'touch', '/app/x'), /Read-only file system/)
    }
  )

  t.test('the production image runs as any user', async (t) => {
    const { container, url } = await start(t, ['--user=12345:23456'])
    t.match(await podman('exec', container, 'cat', '/proc/1/status'), /^Uid:\t12345\t/m)
    t.equal((await fetch(`${url}/api/molecules`)).status, 200)
    await podman('healthcheck', 'run', container)
  })

  t.test('the production image is healthy until Supabase refuses its keys', async (t) => {
    const { container, gateway } = await start(t)
    await podman('healthcheck', 'run', container)
    t.match(JSON.parse(await podman('inspect', container)), [{ State: { Health: { Status: 'healthy' } } }])
    gateway.revoke(gateway.keys.service)
    const isUnhealthy = () =>
      podman('healthcheck', 'run', container).then(
        () => false,
        () => true
      )
    t.ok(await waitFor(isUnhealthy, { what: 'the container becomes unhealthy' }))
    await podman('exec', container, 'node', 'scripts/healthcheck.mjs', '/health/live')
  })

  t.test('the production image stops at once when idle', async (t) => {
    const { container } = await start(t)
    t.equal(await stop(t, container), 0)
  })

  t.test('the production image stops under load without losing an accepted request', async (t) => {
    const { container, url } = await start(t)
    const responses = new Map<string | null, number>()
    const clients = Array.from({ length: CLIENTS }, async () => {
      for (;;) {
        const response = await fetch(`${url}/api/molecules?limit=100`)
        await response.arrayBuffer()
        responses.set(response.headers.get('x-request-id'), response.status)
      }
    })
    const stopped = Promise.allSettled(clients)
    await waitFor(() => responses.size > CLIENTS)
    t.equal(await stop(t, container), 0)
    await stopped

    const log = (await podman('logs', container)).split('\n').map((line) => JSON.parse(line))
    const accepted = log.filter(({ route }) => route?.startsWith('/api/')).map(({ request_id }) => request_id as string)
    const statuses = [...responses.values()]
    t.comment(`${accepted.length} requests accepted, ${statuses.filter((status) => status === 200).length} served`)
    t.ok(accepted.length > CLIENTS)
    t.strictSame(
      accepted.filter((id) => !responses.has(id)),
      []
    )
    t.ok(statuses.every((status) => status === 200 || status === 503))
  })

  t.test('the production image contains the sources and the production dependencies, and nothing else', async (t) => {
    const inside = (...command: string[]) => podman('run', '--rm', '--network=none', '--user=0', image, ...command)
    t.strictSame((await inside('ls', '-A')).split('\n'), [
      'LICENSE',
      'node_modules',
      'package.json',
      'plugins',
      'public',
      'routes',
      'scripts',
      'src'
    ])
    t.equal(await inside('ls', 'scripts'), 'healthcheck.mjs')
    t.notMatch(await inside('ls', 'src'), 'embedded')
    t.equal(await inside('find', '/', '-xdev', '-name', '_cacache'), '', 'no cache of npm')

    const { packages } = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'))
    const installed = JSON.parse(await inside('cat', 'node_modules/.package-lock.json'))
    const expected = Object.entries<Record<string, unknown>>(packages)
      .filter(([path, { dev, optional, devOptional }]) => path && !(dev || optional || devOptional))
      .map(([path]) => path)
    t.strictSame(Object.keys(installed.packages).sort(), expected.sort())
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
    t.match(JSON.parse(await podman('inspect', image)), [{ Labels: { 'org.opencontainers.image.version': version } }])
  })
}
