// A thousand clients that send their request a byte at a time, or never take their answer, keep nobody else waiting.
import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import t from 'tap'
import { figure } from '../support/load/deep.ts'
import { Clients, percentile } from '../support/load/load.ts'
import { startApp } from '../support/service/app.ts'
import { sendRows, startUpstream } from '../support/upstream/upstream.ts'

const ATTACKERS = 1_000
const REQUESTS = 300
/** Seconds. */
const CLIENT_TIMEOUT = 1
const LARGE = [{ name: 'x'.repeat(1_000_000) }]

const WAYS = [
  (socket: Socket) => socket.write('GET /api/molecules HTTP/1.1\r\nhost: x\r\nx-slow: '),
  (socket: Socket) => socket.write('POST /api/molecules HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\na'),
  (socket: Socket) => {
    socket.pause()
    return socket.write('GET /api/molecules?offset=1 HTTP/1.1\r\nhost: x\r\n\r\n')
  },
  () => true
]

t.test('slow clients', async (t) => {
  const upstream = await startUpstream((request, response) =>
    sendRows(response, request.url?.includes('offset') ? LARGE : [])
  )
  const app = await startApp(t, {
    SUPABASE_URL: upstream.url,
    SUPABASE_KEY: 'key',
    CLIENT_TIMEOUT: `${CLIENT_TIMEOUT}`,
    SUPABASE_REQUEST_TIMEOUT: '1',
    DB_POOL_ACQUIRE_TIMEOUT: '1'
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const clients = new Clients(4)
  const sockets: Socket[] = []
  t.teardown(async () => {
    for (const socket of sockets) socket.destroy()
    await Promise.all([clients.close(), upstream.close()])
  })

  /** How long a well-behaved client waits, in milliseconds. */
  const serve = async () => {
    const durations: number[] = []
    for (let i = 0; i < REQUESTS; i++) {
      const { status, duration } = await clients.get(`${url}/api/molecules`)
      if (status !== 200) t.fail(`status ${status}`)
      durations.push(duration)
    }
    return { median: percentile(durations, 0.5), p99: percentile(durations, 0.99) }
  }

  await serve()
  const before = await serve()
  const { port } = app.server.address() as AddressInfo
  await Promise.all(
    Array.from({ length: ATTACKERS }, async (_, number) => {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {})
      sockets.push(socket)
      await once(socket, 'connect')
      WAYS[number % WAYS.length]?.(socket)
    })
  )
  const during = await serve()
  // Nobody waits for those who take a second and more.
  t.ok(during.p99 < CLIENT_TIMEOUT * 500, `p99 ${during.p99.toFixed(1)} ms, ${before.p99.toFixed(1)} ms before`)

  // Those that never finish a request are told so, and cut off.
  const unfinished = sockets.filter((_, number) => number % WAYS.length !== 2)
  for (const socket of unfinished) socket.resume()
  await Promise.all(unfinished.map((socket) => socket.closed || once(socket, 'close')))
  t.equal(app.pool.stats().in_use, 0)
  figure(
    t,
    `${ATTACKERS} at once: p99 of ${REQUESTS} requests ${during.p99.toFixed(1)} ms, ${before.p99.toFixed(1)} ms without them`
  )
})

t.test('whoever takes nothing of a large answer is cut off', async (t) => {
  const huge = [{ name: 'x'.repeat(14_000_000) }]
  const upstream = await startUpstream((_request, response) => sendRows(response, huge))
  const app = await startApp(t, {
    SUPABASE_URL: upstream.url,
    SUPABASE_KEY: 'key',
    CLIENT_TIMEOUT: '0.3',
    SUPABASE_REQUEST_TIMEOUT: '0.5',
    DB_POOL_ACQUIRE_TIMEOUT: '0.5'
  })
  t.teardown(() => upstream.close())
  await app.listen({ host: '127.0.0.1', port: 0 })
  const connection = once(app.server, 'connection')
  const client = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  t.teardown(() => client.destroy())
  client.on('error', () => {})
  client.pause()
  client.write('GET /api/molecules HTTP/1.1\r\nhost: x\r\n\r\n')
  const [socket] = (await connection) as [Socket]
  await once(socket, 'close')
  client.resume()
  await once(client, 'close')
  t.ok(client.bytesRead < 14_000_000, 'it was not sent to its end')
})
