import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { socketPool } from '../../support/pool/socket-pool.ts'

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n'
const RESPONSE = 'HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\nHTTP/1.1 100'

/** A pool of a server that responds to each request with these parts, one after the other. */
async function start(t: Test, parts: readonly string[]) {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {})
    socket.on('data', async () => {
      for (const part of parts) {
        socket.write(part)
        await setImmediate()
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const pool = socketPool(origin, { maxSize: 1 })
  t.teardown(() => pool.destroy().then(() => server.close()))
  const get = async () => {
    const { statusCode, body } = await pool.request({ origin, path: '/', method: 'GET' })
    return [statusCode, await body.text()]
  }
  return { pool, get }
}

t.test('a 100 Continue before a response is ignored, and its connection kept', async (t) => {
  const whole = CONTINUE + RESPONSE
  const splits: Record<string, string[]> = {
    'in one part with the response': [whole],
    'by itself': [CONTINUE, RESPONSE],
    'byte by byte': whole.split(''),
    twice: [CONTINUE, CONTINUE + RESPONSE],
    'with headers': [`HTTP/1.1 100 Continue\r\nx: y\r\n\r\n${RESPONSE}`],
    never: [RESPONSE]
  }
  for (const [name, parts] of Object.entries(splits)) {
    const { pool, get } = await start(t, parts)
    for (let i = 0; i < 3; i++) t.strictSame(await get(), [200, 'HTTP/1.1 100'], name)
    t.match(pool.stats(), { created: 1, discarded: 0 }, name)
  }
})

t.test('other interim responses are passed over by undici', async (t) => {
  const { get } = await start(t, [`HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${RESPONSE}`])
  t.strictSame(await get(), [200, 'HTTP/1.1 100'])
})

t.test('a 100 Continue without a response fails when the server closes the connection', async (t) => {
  const server = createServer((socket) => socket.on('data', () => socket.end(CONTINUE)))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const pool = socketPool(origin, { maxSize: 1 })
  t.teardown(() => pool.destroy().then(() => server.close()))
  await t.rejects(pool.request({ origin, path: '/', method: 'POST' }), { code: 'UND_ERR_SOCKET' })
})
