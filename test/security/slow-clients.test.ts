// A thousand slow clients, which do not finish their requests or do not read their responses, delay nobody else.
import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import t from 'tap'
import { Clients } from '../support/load/clients.ts'
import { reportFigure } from '../support/load/deep-tests.ts'
import { percentile } from '../support/load/percentile.ts'
import { startApp } from '../support/service/app.ts'
import { sendRows, startUpstream } from '../support/upstream/upstream.ts'

const SLOW_CLIENTS = 1_000
const REQUESTS = 300
const CLIENT_TIMEOUT_S = 1
const LARGE_ROWS = [{ name: 'x'.repeat(1_000_000) }]

/** What a slow client does. */
const BEHAVIORS = [
  (socket: Socket) => socket.write('GET /api/molecules HTTP/1.1\r\nhost: x\r\nx-slow: '),
  (socket: Socket) => socket.write('POST /api/molecules HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\na'),
  (socket: Socket) => {
    socket.pause()
    return socket.write('GET /api/molecules?offset=1 HTTP/1.1\r\nhost: x\r\n\r\n')
  },
  () => true
]

t.test('a thousand slow clients do not delay others, and are disconnected after CLIENT_TIMEOUT', async (t) => {
  const upstream = await startUpstream((request, response) =>
    sendRows(response, request.url?.includes('offset') ? LARGE_ROWS : [])
  )
  const app = await startApp(t, {
    SUPABASE_URL: upstream.url,
    SUPABASE_KEY: 'key',
    CLIENT_TIMEOUT: `${CLIENT_TIMEOUT_S}`,
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

  /** Response times of a normal client, in milliseconds. */
  const measureDurations = async () => {
    const durations: number[] = []
    for (let i = 0; i < REQUESTS; i++) {
      const { status, durationMs } = await clients.get(`${url}/api/molecules`)
      if (status !== 200) t.fail(`status ${status}`)
      durations.push(durationMs)
    }
    return { median: percentile(durations, 0.5), p99: percentile(durations, 0.99) }
  }

  await measureDurations()
  const before = await measureDurations()
  const { port } = app.server.address() as AddressInfo
  await Promise.all(
    Array.from({ length: SLOW_CLIENTS }, async (_, number) => {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {})
      sockets.push(socket)
      await once(socket, 'connect')
      BEHAVIORS[number % BEHAVIORS.length]?.(socket)
    })
  )
  const during = await measureDurations()
  t.ok(during.p99 < CLIENT_TIMEOUT_S * 500, `p99 ${during.p99.toFixed(1)} ms, ${before.p99.toFixed(1)} ms before`)

  // Clients that do not finish a request are disconnected.
  const unfinished = sockets.filter((_, number) => number % BEHAVIORS.length !== 2)
  for (const socket of unfinished) socket.resume()
  await Promise.all(unfinished.map((socket) => socket.closed || once(socket, 'close')))
  t.equal(app.pool.stats().in_use, 0)
  reportFigure(
    t,
    `${SLOW_CLIENTS} slow clients: p99 of ${REQUESTS} requests ${during.p99.toFixed(1)} ms, ${before.p99.toFixed(1)} ms without them`
  )
})

t.test('a client that does not read a large response is disconnected', async (t) => {
  const hugeRows = [{ name: 'x'.repeat(14_000_000) }]
  const upstream = await startUpstream((_request, response) => sendRows(response, hugeRows))
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
  t.ok(client.bytesRead < 14_000_000, 'the response is not sent to its end')
})
