import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { socketPool } from '../../support/pool/socket-pool.ts'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]'

/** A server that handles each request by its number on its socket, from 1, and its method. */
async function startServer(onRequest: (socket: Socket, number: number, method: string) => void) {
  const methods: string[] = []
  const server: Server = createServer((socket) => {
    let number = 0
    socket.on('error', () => {})
    socket.on('data', (data) => {
      const method = data.toString().split(' ', 1)[0] as string
      methods.push(method)
      onRequest(socket, ++number, method)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return { origin: `http://127.0.0.1:${port}`, methods, server }
}

for (const [end, name] of [
  [(socket: Socket) => socket.end(), 'closes'],
  [(socket: Socket) => socket.resetAndDestroy(), 'resets']
] as const) {
  t.test(`a GET is retried when the server ${name} an idle connection as the request arrives`, async (t) => {
    const { origin, methods, server } = await startServer((socket, number) => {
      if (number === 1) socket.write(OK)
      else end(socket)
    })
    const pool = socketPool(origin)
    t.teardown(() => Promise.all([pool.destroy(), new Promise((resolve) => server.close(resolve))]))
    for (let i = 0; i < 5; i++) {
      const { statusCode, body } = await pool.request({ origin, path: '/', method: 'GET' })
      t.equal(statusCode, 200)
      await body.dump()
    }
    t.equal(methods.length, 9, 'four of the five were sent twice')
    t.match(pool.stats(), { created: 5, discarded: 4, in_use: 0 })
  })
}

t.test('a request that makes the server hang up on a fresh connection as well is not retried again', async (t) => {
  const { origin, methods, server } = await startServer((socket, _number, method) => {
    if (method === 'GET') socket.write(OK)
    else socket.resetAndDestroy()
  })
  const pool = socketPool(origin, { maxSize: 5 })
  t.teardown(() => Promise.all([pool.destroy(), new Promise((resolve) => server.close(resolve))]))
  const warm = Array.from({ length: 5 }, () => pool.request({ origin, path: '/', method: 'GET' }))
  for (const { body } of await Promise.all(warm)) await body.dump()
  await t.rejects(pool.request({ origin, path: '/', method: 'HEAD' }), { code: /UND_ERR_SOCKET|ECONNRESET/ })
  t.equal(methods.filter((method) => method === 'HEAD').length, 2)
})

t.test('a retry goes over a new connection, not over another idle one', async (t) => {
  const { origin, methods, server } = await startServer((socket, number) => {
    if (number === 1) socket.write(OK)
    else socket.resetAndDestroy()
  })
  const pool = socketPool(origin, { maxSize: 3 })
  t.teardown(() => Promise.all([pool.destroy(), new Promise((resolve) => server.close(resolve))]))
  const get = () => pool.request({ origin, path: '/', method: 'GET' })
  for (const { body } of await Promise.all([get(), get(), get()])) await body.dump()
  const { statusCode, body } = await get()
  t.equal(statusCode, 200)
  await body.dump()
  t.equal(methods.length, 5)
  t.match(pool.stats(), { created: 4, discarded: 1 })
})

t.test('a GET is retried when the first request over a connection of the minimum finds it closed', async (t) => {
  let first = true
  const { origin, methods, server } = await startServer((socket) => {
    if (first) socket.resetAndDestroy()
    else socket.write(OK)
    first = false
  })
  const pool = socketPool(origin, { minSize: 1 })
  t.teardown(() => Promise.all([pool.destroy(), new Promise((resolve) => server.close(resolve))]))
  await once(pool, 'connect')
  const { statusCode, body } = await pool.request({ origin, path: '/', method: 'GET' })
  t.equal(statusCode, 200)
  await body.dump()
  t.equal(methods.length, 2)
})

t.test('a POST that may have arrived is not sent twice', async (t) => {
  const { origin, methods, server } = await startServer((socket, number, method) => {
    if (number === 1 && method === 'GET') socket.write(OK)
    else socket.resetAndDestroy()
  })
  const pool = socketPool(origin)
  t.teardown(() => Promise.all([pool.destroy(), new Promise((resolve) => server.close(resolve))]))
  await (await pool.request({ origin, path: '/', method: 'GET' })).body.dump()
  await t.rejects(pool.request({ origin, path: '/', method: 'POST', body: 'x' }), { code: /UND_ERR_SOCKET|ECONNRESET/ })
  t.strictSame(methods, ['GET', 'POST'])
})

t.test('a GET is not retried on a fresh connection, nor when its response has begun', async (t) => {
  const { origin, methods, server } = await startServer((socket, number) => {
    if (number === 1) socket.write(OK)
    else socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n[')
  })
  const refusing = await startServer((socket) => socket.resetAndDestroy())
  const pool = socketPool(origin)
  const refused = socketPool(refusing.origin)
  t.teardown(() => Promise.all([pool.destroy(), refused.destroy(), server.close(), refusing.server.close()]))

  await (await pool.request({ origin, path: '/', method: 'GET' })).body.dump()
  await t.rejects((await pool.request({ origin, path: '/', method: 'GET' })).body.text())
  t.equal(methods.length, 2)

  const options = { origin: refusing.origin, path: '/', method: 'GET' } as const
  await t.rejects(refused.request(options), { code: /UND_ERR_SOCKET|ECONNRESET/ })
  t.equal(refusing.methods.length, 1)
})

t.test('a connection that the server closed while idle is replaced before it is leased', async (t) => {
  const sockets: Socket[] = []
  const { origin, server } = await startServer((socket) => {
    sockets.push(socket)
    socket.write(OK)
  })
  const pool = socketPool(origin)
  t.teardown(() => Promise.all([pool.destroy(), new Promise((resolve) => server.close(resolve))]))
  await (await pool.request({ origin, path: '/', method: 'GET' })).body.dump()
  const closed = once(sockets[0] as Socket, 'close')
  sockets[0]?.end()
  await closed
  const lease = await pool.acquire()
  t.match(pool.stats(), { created: 2, discarded: 1, reused: 0 })
  pool.release(lease)
})

t.test('a connection that the server closed before its first lease is replaced before it is leased', async (t) => {
  const { origin, server } = await startServer(() => {})
  const accepted = once(server, 'connection')
  const pool = socketPool(origin, { minSize: 1 })
  t.teardown(() => Promise.all([pool.destroy(), new Promise((resolve) => server.close(resolve))]))
  await once(pool, 'connect')
  const [socket] = await accepted
  socket.end()
  await once(socket, 'close')
  const lease = await pool.acquire()
  t.match(pool.stats(), { created: 2, discarded: 1, reused: 0 })
  pool.release(lease)
})

for (const end of ['destroy', 'resetAndDestroy'] as const) {
  t.test(`a POST that was never written is retried (${end})`, async (t) => {
    const sockets: Socket[] = []
    const { origin, methods, server } = await startServer((socket) => {
      sockets.push(socket)
      socket.write(OK)
    })
    const pool = socketPool(origin)
    t.teardown(() => Promise.all([pool.destroy(), new Promise((resolve) => server.close(resolve))]))
    await (await pool.request({ origin, path: '/', method: 'GET' })).body.dump()
    // Between two turns of the event loop: the pool has not seen the end yet, undici sees it before it writes.
    await setImmediate()
    sockets[0]?.[end]()
    const { statusCode, body } = await pool.request({ origin, path: '/', method: 'POST', body: 'x' })
    t.equal(statusCode, 200)
    await body.dump()
    t.strictSame(methods, ['GET', 'POST'])
    t.match(pool.stats(), { created: 2, discarded: 1, reused: 1 })
  })
}

t.test('a request that its caller declares idempotent is retried unless its body is a stream', async (t) => {
  const { origin, methods, server } = await startServer((socket, number) => {
    if (number === 1) socket.write(OK)
    else socket.resetAndDestroy()
  })
  const pool = socketPool(origin)
  t.teardown(() => Promise.all([pool.destroy(), new Promise((resolve) => server.close(resolve))]))
  const send = async (method: 'PUT' | 'DELETE', body?: string | Buffer | Readable) => {
    const response = await pool.request({ origin, path: '/', method, idempotent: true, ...(body && { body }) })
    await response.body.dump()
  }
  await send('DELETE')
  await send('PUT', 'text')
  await send('PUT', Buffer.from('bytes'))
  await t.rejects(send('PUT', Readable.from(['a stream'])), { code: /UND_ERR_SOCKET|ECONNRESET/ })
  t.strictSame(
    methods.filter((method) => /^[A-Z]+$/.test(method)),
    ['DELETE', 'PUT', 'PUT', 'PUT', 'PUT', 'PUT']
  )
})

t.test('an unused connection is retired at once when the server closes it, with or without a response', async (t) => {
  const timeout = 'HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'
  for (const data of ['', timeout]) {
    const server = createServer({ allowHalfOpen: true }, (socket) => void socket.on('error', () => {}))
    const accepted = once(server, 'connection')
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const pool = socketPool(`http://127.0.0.1:${port}`, { minSize: 1 })
    t.teardown(() => Promise.all([pool.destroy(), new Promise((resolve) => server.close(resolve))]))
    const [socket] = (await accepted) as [Socket]
    if (pool.stats().pool_size === 0) await once(pool, 'connect')
    await setImmediate()
    t.equal(pool.stats().pool_size, 1)
    socket.end(data)
    while (pool.stats().retired.lost === 0) await setImmediate()
    t.match(pool.stats(), { created: 1, discarded: 1, pool_size: 0 })
  }
})
