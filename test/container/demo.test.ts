// The demo image, with the embedded Supabase, on a published port.
import t from 'tap'
import { waitForUrl } from '../support/wait.ts'
import { checkContract } from './contract.ts'
import { buildImage, podman, startContainer, stop, withoutPodman } from './podman.ts'

if (withoutPodman) t.plan(0, withoutPodman)
else await testDemo()

async function testDemo() {
  const image = await buildImage(t, 'demo')
  // As any user, on a free port of the host.
  const container = await startContainer(t, image, [
    '--publish=127.0.0.1::5000',
    '--user=12345:23456',
    '--env=MAX_EVENT_LOOP_DELAY=60'
  ])
  const url = `http://${(await podman('port', container, '5000')).split('\n')[0]}`
  await waitForUrl(`${url}/health/ready`, { timeoutMs: 60_000 })

  t.test('the demo image serves the API without any settings', async (t) => {
    await checkContract(t, url)
  })

  t.test('the demo image is healthy and stops with exit code 0', async (t) => {
    await podman('healthcheck', 'run', container)
    t.equal(await stop(t, container), 0)
  })

  t.test('the demo image contains no development packages', async (t) => {
    const inside = (...command: string[]) => podman('run', '--rm', '--network=none', image, ...command)
    const { packages } = JSON.parse(await inside('cat', 'node_modules/.package-lock.json'))
    t.strictSame(
      Object.entries<{ dev?: boolean }>(packages).filter(([, { dev }]) => dev),
      []
    )
    t.notMatch(await inside('ls', 'node_modules'), 'postgrest')
  })
}
