// The real process.
import { once } from 'node:events'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Agent, get, type IncomingMessage } from 'node:http'
import { createServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { noProject } from '../support/service/app.ts'
import { preload, startService } from '../support/service/process.ts'
import { startGateway } from '../support/upstream/gateway.ts'
import { sendRows, startUpstream } from '../support/upstream/upstream.ts'
import { waitFor } from '../support/wait.ts'

// Each test waits for a process most of the time.
t.jobs = 2

/** Whether a request to Supabase is made for a caller, and not by the check at the start. */
const isCallers = ({ url = '' }: { url?: string | undefined }) => url.includes('order=')

t.test('the service serves, and exits on SIGTERM with code 0', async (t) => {
  const gateway = await startGateway()
  t.teardown(() => gateway.close())
  const { child, output, url, exited } = startService(t, gateway.environment)
  const response = await fetch(`${await url}/api/molecules?limit=1`)
  t.equal(response.status, 200)
  t.match(await response.json(), { status: 'success', count: 1, molecules: [{ id: /./ }] })
  while (!output.text.includes('"msg":"Serving ')) await once(child.stdout as Readable, 'data')
  child.kill('SIGTERM')
  const [code] = await exited
  t.equal(code, 0)
  for (const key of Object.values(gateway.keys)) t.notMatch(output.text, key)
})

t.test('on SIGTERM requests in progress are answered, beside idle and silent connections', async (t) => {
  const arrived = Promise.withResolvers<void>()
  const held = Promise.withResolvers<void>()
  const upstream = await startUpstream(async (request, response) => {
    if (isCallers(request)) arrived.resolve()
    await held.promise
    sendRows(response, [])
  })
  t.teardown(() => upstream.close())
  const { child, url, exited } = startService(t, { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key' })
  const { port } = new URL(await url)
  const silent = connect(Number(port), '127.0.0.1')
  silent.on('error', () => {})
  await once(silent, 'connect')
  const agent = new Agent({ keepAlive: true })
  t.teardown(() => agent.destroy())
  const answered = once(get(`${await url}/api/molecules`, { agent }), 'response')
  await arrived.promise
  const gone = once(silent, 'close')
  child.kill('SIGTERM')
  await gone
  held.resolve()
  const [response] = (await answered) as [IncomingMessage]
  response.resume()
  t.equal(response.statusCode, 200)
  t.equal((await exited)[0], 0)
})

t.test('a hanging Supabase and a slow client do not delay the exit past the shutdown timeout', async (t) => {
  const arrived = Promise.withResolvers<void>()
  const upstream = await startUpstream((request) => isCallers(request) && arrived.resolve())
  t.teardown(() => upstream.close())
  const settings = { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key', SHUTDOWN_TIMEOUT: '0.1' }
  const { child, output, url, exited } = startService(t, settings)
  const dawdling = connect(Number(new URL(await url).port), '127.0.0.1')
  dawdling.on('error', () => {})
  dawdling.write('GET / HT')
  const hanging = fetch(`${await url}/api/molecules`)
  await arrived.promise
  child.kill('SIGTERM')
  t.equal((await hanging).status, 503)
  t.equal((await exited)[0], 0)
  t.notMatch(output.text, 'Shutdown took longer')
})

t.test('the service connects to a project by https, and refuses an untrusted certificate', async (t) => {
  const tls = new URL('../support/upstream/tls/', import.meta.url)
  const [key, cert] = ['key.pem', 'certificate.pem'].map((file) => readFileSync(new URL(file, tls)))
  const project = createServer({ key, cert }, (_request, response) => sendRows(response, [{ id: 1 }]))
  project.listen(0, '127.0.0.1')
  await once(project, 'listening')
  t.teardown(() => {
    project.closeAllConnections()
    project.close()
  })
  const SUPABASE_URL = `https://127.0.0.1:${(project.address() as AddressInfo).port}`
  const certificates = { NODE_EXTRA_CA_CERTS: fileURLToPath(new URL('certificate.pem', tls)) }
  for (const [environment, status] of [
    [certificates, 200],
    [{ NODE_EXTRA_CA_CERTS: '' }, 502]
  ] as const) {
    const { url } = startService(t, { SUPABASE_URL, SUPABASE_KEY: 'key', ...environment })
    t.equal((await fetch(`${await url}/api/molecules`)).status, status)
  }
})

/** Settings of Node that have the process do something as soon as it listens to an event. */
function onListening(event: string, action: string): { NODE_OPTIONS: string } {
  const code = `process.on('newListener', (event) => { if (event === '${event}') setImmediate(() => { ${action} }) })`
  return preload(code)
}

t.test('an uncaught error is logged and ends the service with exit code 1', async (t) => {
  const gateway = await startGateway()
  t.teardown(() => gateway.close())
  const bug = "process.once('SIGUSR1', () => { throw new Error('a bug') })"
  const { child, output, url, exited } = startService(t, { ...gateway.environment, ...preload(bug) })
  await url
  child.kill('SIGUSR1')
  t.equal((await exited)[0], 1)
  t.match(output.text, /"level":60.*a bug/)

  const early = startService(t, {
    ...gateway.environment,
    ...onListening('uncaughtException', "throw new Error('a bug')")
  })
  t.equal((await early.exited)[0], 1)
  t.match(early.output.text, 'a bug')
})

t.test('a key is not logged, also one that has come in the place of another', async (t) => {
  const [old, renewed] = ['a-gateways-own-key', 'its-opaque-successor']
  const upstream = await startUpstream(({ headers: { apikey } }, response) => {
    response.writeHead(apikey === old ? 401 : 500).end(`{"code":"XX000","message":"bad key ${apikey}"}`)
  })
  const directory = mkdtempSync(join(tmpdir(), 'keys-'))
  t.teardown(() => Promise.all([upstream.close(), rm(directory, { recursive: true })]))
  const file = join(directory, 'key')
  writeFileSync(file, old)
  const { child, output, url, exited } = startService(t, { SUPABASE_URL: upstream.url, SUPABASE_KEY_FILE: file })
  const address = await url
  for (const [key, said] of [
    [old, 401],
    [renewed, 500]
  ] as const) {
    writeFileSync(file, key)
    t.equal((await fetch(`${address}/api/molecules`)).status, 502)
    const logged = () =>
      output.text.includes(`"upstream":{"status":${said},"code":"XX000","message":"bad key [redacted]"}`)
    await waitFor(logged, { what: `the failure is logged: ${output.text}` })
    t.notOk(output.text.includes(key))
  }
  child.kill('SIGTERM')
  t.equal((await exited)[0], 0)
})

t.test('the service handles signals while it starts', async (t) => {
  const kill = onListening('SIGTERM', "process.kill(process.pid, 'SIGTERM')")
  const { output, exited } = startService(t, kill)
  t.equal((await exited)[0], 0)
  t.notMatch(output.text, 'listening')
})

t.test('no log line is lost at a shutdown or an uncaught error', async (t) => {
  const upstream = await startUpstream()
  t.teardown(() => upstream.close())
  const bug = "process.once('SIGUSR1', () => { throw new Error('a bug') })"
  for (const signal of ['SIGTERM', 'SIGUSR1'] as const) {
    const project = { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key', NODE_ENV: 'production' }
    const { child, output, url, exited } = startService(t, { ...project, ...preload(bug) })
    const address = await url
    const responses = await Promise.all(Array.from({ length: 200 }, () => fetch(`${address}/api/molecules`)))
    child.kill(signal)
    await exited
    const logged = output.text.split('\n').flatMap((line) => (line ? JSON.parse(line).request_id : []) ?? [])
    const ids = responses.map(({ headers }) => headers.get('x-request-id'))
    t.strictSame(logged.toSorted(), ids.toSorted(), `${signal}: a line for each response`)
  }
})

t.test(
  'connections that are pending on SIGTERM are accepted, however slow the event loop, and their requests answered',
  async (t) => {
    const upstream = await startUpstream()
    t.teardown(() => upstream.close())
    // Node accepts one connection in each turn of the event loop: 20 of these take longer than the service lingers.
    const block = `
    import { writeSync } from 'node:fs'
    const block = (ms) => {
      const end = performance.now() + ms
      while (performance.now() < end);
    }
    process.once('SIGUSR1', () => {
      writeSync(1, 'blocked\\n')
      block(300)
      const end = performance.now() + 2_000
      const slowDown = () => {
        block(40)
        if (performance.now() < end) setImmediate(slowDown)
      }
      slowDown()
    })`
    const { child, output, url, exited } = startService(t, {
      SUPABASE_URL: upstream.url,
      SUPABASE_KEY: 'key',
      ...preload(block)
    })
    const { port } = new URL(await url)
    child.kill('SIGUSR1')
    while (!output.text.includes('blocked')) await once(child.stdout as Readable, 'data')
    const sockets = Array.from({ length: 20 }, () => connect(Number(port), '127.0.0.1'))
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    const receiving = sockets.map(async (socket, i) => {
      socket.write(`GET ${i ? '/api/molecules' : '/health/live'} HTTP/1.1\r\nhost: localhost\r\n\r\n`)
      const chunks = await socket.toArray().catch((error) => [error.code])
      return chunks.join('')
    })
    child.kill('SIGTERM')
    const responses = await Promise.all(receiving)
    t.strictSame(new Set(responses.map((response) => response.slice(0, 15))), new Set(['HTTP/1.1 200 OK']))
    t.notMatch(responses[0], /^connection: close/im, 'no client is made to reconnect while connections are accepted')
    t.equal((await exited)[0], 0)
  }
)

t.test('signals that arrive together cause one shutdown', async (t) => {
  const { child, output, url, exited } = startService(t, noProject)
  await url
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGINT'] as const) child.kill(signal)
  t.equal((await exited)[0], 0)
  t.equal(output.text.match(/Shutting down/g)?.length, 1)
})

t.test('idle keep-alive connections of clients do not delay the shutdown', async (t) => {
  const { child, output, url, exited } = startService(t, { ...noProject, KEEP_ALIVE_TIMEOUT: '1000' })
  const agent = new Agent({ keepAlive: true })
  t.teardown(() => agent.destroy())
  const [response] = (await once(get(`${await url}/health/live`, { agent }), 'response')) as [IncomingMessage]
  const { socket } = response
  response.resume()
  await once(agent, 'free')
  t.notOk(socket.destroyed)
  child.kill('SIGTERM')
  t.equal((await exited)[0], 0)
  t.notMatch(output.text, 'Shutdown took longer')
})

t.test('a second signal exits at once with code 1', async (t) => {
  const arrived = Promise.withResolvers<void>()
  const upstream = await startUpstream((request) => isCallers(request) && arrived.resolve())
  t.teardown(() => upstream.close())
  const { child, output, url, exited } = startService(t, { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key' })
  const hanging = fetch(`${await url}/api/molecules`)
  await arrived.promise
  child.kill('SIGTERM')
  const again = setInterval(() => child.kill('SIGTERM'), 50)
  await t.rejects(hanging)
  t.equal((await exited)[0], 1)
  clearInterval(again)
  t.match(output.text, 'SIGTERM again')
})

t.test('a defect that prevents the start is printed with its stack', async (t) => {
  const bug = onListening('SIGTERM', "JSON.parse = () => { throw new Error('a bug') }")
  const { output, exited } = startService(t, { ...noProject, ...bug })
  t.equal((await exited)[0], 1)
  t.match(output.text, /a bug\s+at /)
})

t.test('an invalid configuration ends the start with exit code 1 and names every fault', async (t) => {
  const settings = { DB_POOL_MIN_SIZE: '5', DB_POOL_MAX_SIZE: '2', LOG_LEVEL: 'loud', SUPABASE_KEY: 'the-secret-key' }
  const { output, exited } = startService(t, settings)
  const [code] = await exited
  t.equal(code, 1)
  for (const name of ['DB_POOL_MIN_SIZE', 'LOG_LEVEL', 'SUPABASE_URL']) t.match(output.text, name)
  t.notMatch(output.text, 'the-secret-key')
  t.notMatch(output.text, / at .*\.ts/, 'no stack')
})

t.test('a port in use ends the start with exit code 1 and names HOST and PORT', async (t) => {
  const gateway = await startGateway()
  t.teardown(() => gateway.close())
  const { output, exited } = startService(t, { ...gateway.environment, PORT: new URL(gateway.url).port })
  t.equal((await exited)[0], 1)
  t.match(output.text, /HOST and PORT: .*EADDRINUSE/)
})
