import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { startApp } from '../support/service/app.ts'
import { readSample } from '../support/service/exposition.ts'
import { startUpstream } from '../support/upstream/upstream.ts'
import { waitFor } from '../support/wait.ts'

const MIB = 2 ** 20
/** Larger than what the kernel takes from the service for a client that reads nothing. */
const ROWS = JSON.stringify(Array.from({ length: 1_000 }, (_, id) => ({ id, name: 'n'.repeat(8_000) })))
const PAGE = '/api/molecules?limit=1000'

/** The service on a socket, as if in a container of 256 MiB; its large pages have 8 MB. */
async function start(t: Test, settings: Record<string, string> = {}, prepare?: (app: FastifyInstance) => void) {
  const { constrainedMemory } = process
  process.constrainedMemory = () => 256 * MIB
  const upstream = await startUpstream((request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-range': '0-999/*' })
    response.end(request.url?.includes('limit=1000') ? ROWS : '[{"id":1}]')
  })
  const app = await startApp(t, { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key', ...settings }, undefined, prepare)
  process.constrainedMemory = constrainedMemory
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const sockets: Socket[] = []
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    return upstream.close()
  })
  /** A client that reads nothing of what it asks for. */
  const stall = (...paths: string[]) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1').pause()
    socket.on('error', () => {})
    sockets.push(socket)
    for (const path of paths) socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`)
    return socket
  }
  return { app, memory: app.responseMemory, stall }
}

t.test('an eighth of the memory is for large responses, and at least room for two', async (t) => {
  const { constrainedMemory } = process
  t.teardown(() => {
    process.constrainedMemory = constrainedMemory
  })
  const project = { SUPABASE_URL: 'http://127.0.0.1:1', SUPABASE_KEY: 'key' }
  const { app } = await start(t)
  t.equal(app.responseMemory.limit, 32 * MIB)
  process.constrainedMemory = () => 512 * MIB
  t.equal((await startApp(t, project)).responseMemory.limit, 64 * MIB)
  process.constrainedMemory = () => 0
  t.ok((await startApp(t, project)).responseMemory.limit >= 32 * MIB, 'of the machine where nothing limits the process')
})

t.test('a page that a client does not read counts until the client has left', async (t) => {
  const { app, memory, stall } = await start(t)
  const socket = stall(PAGE)
  await waitFor(() => memory.used > ROWS.length)
  const text = (await app.inject('/metrics')).body
  t.equal(readSample(text, 'cryoprotect_response_memory_bytes'), memory.used)
  t.equal(readSample(text, 'cryoprotect_response_memory_limit_bytes'), memory.limit)
  socket.destroy()
  await waitFor(() => memory.used === 0)
  t.pass('and no longer')
})

t.test('a page that a client reads late counts until it has been read', async (t) => {
  const { memory, stall } = await start(t)
  const socket = stall(PAGE)
  await waitFor(() => memory.used > ROWS.length)
  socket.resume()
  await waitFor(() => memory.used === 0)
  t.notOk(socket.closed)
})

t.test('pages that wait behind another on a connection are given back with it', async (t) => {
  const { memory, stall } = await start(t)
  const socket = stall(PAGE, `${PAGE}&offset=1`)
  await waitFor(() => memory.used > 2 * ROWS.length)
  socket.destroy()
  await waitFor(() => memory.used === 0)
  t.pass('all of them')
})

for (const accept of ['text/csv', 'application/x-ndjson']) {
  t.test(`a client that leaves while its ${accept} is written leaves nothing in memory`, async (t) => {
    const { app, memory, stall } = await start(t)
    const socket = stall()
    const closed = once(app.server, 'request').then(([, response]) => once(response, 'close'))
    socket.write(`GET ${PAGE} HTTP/1.1\r\nhost: x\r\naccept: ${accept}\r\n\r\n`)
    await waitFor(() => memory.used === ROWS.length)
    socket.destroy()
    await closed
    await waitFor(() => memory.used === 0)
    t.equal(memory.used, 0)
  })
}

t.test('while clients that do not read have the memory, small pages are served and large ones refused', async (t) => {
  const { app, memory, stall } = await start(t)
  const clients = Array.from({ length: 10 }, (_, i) => stall(`${PAGE}&offset=${i}`))
  let refused = 0
  for (const client of clients) client.once('close', () => refused++)
  await waitFor(() => memory.used > memory.limit / 2)
  const large = await app.inject(`${PAGE}&offset=10`)
  t.equal(large.statusCode, 503)
  t.equal(large.headers['retry-after'], '1')
  t.match(large.json(), { code: 'OVERLOADED', request_id: large.headers['x-request-id'] })
  for (const accept of ['application/json', 'text/csv', 'application/x-ndjson']) {
    t.equal((await app.inject({ url: '/api/molecules', headers: { accept } })).statusCode, 200)
  }
  t.equal((await app.inject('/health/ready')).statusCode, 200)
  t.equal(refused, 0, 'clients that are in time are not disconnected')
})

t.test('a client that has had CLIENT_TIMEOUT for its page is disconnected when others need the memory', async (t) => {
  const { app, memory, stall } = await start(t, { CLIENT_TIMEOUT: '0.2', SUPABASE_REQUEST_TIMEOUT: '1000' })
  const clients: Socket[] = []
  for (const count of [1, 2, 3]) {
    clients.push(stall(`${PAGE}&offset=${count}`))
    await waitFor(() => memory.used > count * ROWS.length)
  }
  while ((await app.inject(PAGE)).statusCode !== 200);
  const [slowest] = clients as [Socket]
  slowest.resume()
  if (!slowest.closed) await once(slowest, 'close')
  t.pass('the slowest first')
})

t.test('a large response that is not from Supabase is refused as well when it does not fit', async (t) => {
  const { app, memory } = await start(t, {}, (app) => void app.get('/large', () => 'x'.repeat(100_000)))
  memory.grow(1, memory.limit)
  const response = await app.inject('/large')
  t.equal(response.statusCode, 503)
  t.match(response.json(), { code: 'OVERLOADED' })
  t.equal(response.headers['retry-after'], '1')
})
