import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import FakeTimers from '@sinonjs/fake-timers'
import t, { type Test } from 'tap'
import { Clients } from '../support/load/clients.ts'
import { startApp } from '../support/service/app.ts'
import { readSample } from '../support/service/exposition.ts'
import { preload, startService } from '../support/service/process.ts'
import { startUpstream } from '../support/upstream/upstream.ts'

const REFUSED = 'cryoprotect_http_connections_refused_total'
const DESCRIPTORS = 256
const LIMITS = `ulimit -n ${DESCRIPTORS}`
/** Of a process with that many, ten for the pool and the reserve of 64. */
const MAX_CONNECTIONS = DESCRIPTORS - 10 - 64
const IDLE = 400

/** A service with few file descriptors, and a client that is connected already. */
async function startLimited(t: Test, environment: Record<string, string> = {}) {
  const upstream = await startUpstream()
  const clients = new Clients(1)
  t.teardown(() => Promise.all([clients.close(), upstream.close()]))
  const settings = { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key', CLIENT_TIMEOUT: '60', ...environment }
  const service = startService(t, settings, 'pipe', LIMITS)
  const url = await service.url
  const status = async (path: string) => (await clients.get(url + path)).status
  const refused = async () => readSample((await clients.get(`${url}/metrics`)).body, REFUSED)
  t.equal(await status('/health/ready'), 200)
  return { ...service, address: url, status, refused }
}

/** Whether somebody new is served. */
async function isServed(url: string): Promise<boolean> {
  const clients = new Clients(1)
  const { status } = await clients.get(`${url}/api/molecules`)
  await clients.close()
  return status === 200
}

function connectIdle(url: string, count: number): Socket[] {
  return Array.from({ length: count }, () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.on('error', () => {})
    return socket
  })
}

t.test(
  '400 idle connections at 256 file descriptors: the service responds, refuses the rest and recovers',
  async (t) => {
    const { address, child, exited, output, refused, status } = await startLimited(t)
    const idle = connectIdle(address, IDLE)
    const expected = IDLE + 1 - MAX_CONNECTIONS
    while ((await refused()) < expected);
    t.equal(await refused(), expected, 'one is the client')
    t.equal(await isServed(address), false)
    for (const path of ['/api/molecules', '/health/live', '/health/ready']) t.equal(await status(path), 200, path)
    t.match(output.text, `"max_connections":${MAX_CONNECTIONS}`)
    t.equal(output.text.match(/Connections refused/g)?.length, 1)
    for (const socket of idle) socket.destroy()
    while (!(await isServed(address)));
    t.pass('it serves new clients again')
    child.kill('SIGTERM')
    t.equal((await exited)[0], 0)
  }
)

t.test('without a free file descriptor the service serves its open connections, and recovers', async (t) => {
  const exhaust = `
    import { closeSync, openSync, writeSync } from 'node:fs'
    const files = []
    process.on('SIGUSR1', () => {
      if (files.length) return files.splice(0).forEach((file) => closeSync(file))
      try {
        for (;;) files.push(openSync('/dev/null'))
      } catch ({ code }) {
        writeSync(1, code + ' reached\\n')
      }
    })`
  const { address, child, exited, output, status } = await startLimited(t, preload(exhaust))
  child.kill('SIGUSR1')
  while (!output.text.includes('EMFILE reached')) await once(child.stdout as NodeJS.ReadableStream, 'data')
  const refused = connectIdle(address, 50)
  await Promise.all(refused.map((socket) => socket.closed || once(socket, 'close')))
  // Longer than any timer of the service's: that of load shedding, that of the log.
  await sleep(1_500)
  for (const path of ['/api/molecules', '/health/live', '/health/ready', '/metrics']) {
    t.equal(await status(path), 200, path)
  }
  // A file that cannot be opened fails its own request only.
  t.equal(await status('/docs/static/swagger-ui.css'), 500)
  child.kill('SIGUSR1')
  while (!(await isServed(address)));
  t.equal(await status('/docs/static/swagger-ui.css'), 200)
  t.pass('it serves new clients again')
  child.kill('SIGTERM')
  t.equal((await exited)[0], 0)
})

t.test('refused connections are all counted, and logged every ten seconds at most', async (t) => {
  const clock = FakeTimers.install({ toFake: ['performance'] })
  t.teardown(() => clock.uninstall())
  const log = { lines: [] as string[] }
  const app = await startApp(t, { SUPABASE_URL: 'http://127.0.0.1:9', SUPABASE_KEY: 'key' }, log)
  app.server.maxConnections = 1
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const logged = () =>
    log.lines.filter((line) => line.includes('Connections refused')).map((line) => JSON.parse(line).refused)
  const url = `http://127.0.0.1:${port}`
  const [first] = connectIdle(url, 1)
  t.teardown(() => first?.destroy())
  await once(app.server, 'connection')
  const refuse = async (count: number) => {
    await Promise.all(connectIdle(url, count).map((socket) => once(socket, 'close')))
  }
  await refuse(3)
  t.strictSame(logged(), [1])
  clock.tick(9_999)
  await refuse(1)
  t.strictSame(logged(), [1])
  clock.tick(1)
  await refuse(1)
  t.strictSame(logged(), [1, 4])
  // What `accept` reports when the system has no more descriptors either.
  clock.tick(10_000)
  app.server.emit('error', Object.assign(new Error('accept ENFILE'), { code: 'ENFILE', syscall: 'accept' }))
  t.strictSame(logged(), [1, 4, 1])
  t.match(log.lines.at(-1), /accept ENFILE/)
  t.equal(readSample((await app.inject('/metrics')).body, REFUSED), 6)
})
