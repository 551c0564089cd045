import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { startApp } from '../support/service/app.ts'
import { startUpstream } from '../support/upstream/upstream.ts'

const LIMIT = 16 * 1024

async function start(t: Test) {
  const upstream = await startUpstream()
  const app = await startApp(t, { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key', CLIENT_TIMEOUT: '60' })
  t.teardown(() => upstream.close())
  await app.listen({ host: '127.0.0.1', port: 0 })
  const send = (request: string) => {
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
    t.teardown(() => socket.destroy())
    socket.write(request)
    return socket
  }
  return { upstream, send }
}

const request = (method: string, length: string) => `${method} /api/molecules HTTP/1.1\r\nhost: a\r\n${length}\r\n\r\n`

t.test('a GET or HEAD with a large body, or one of unknown length, is refused and its connection closed', async (t) => {
  const { upstream, send } = await start(t)
  for (const method of ['GET', 'HEAD']) {
    for (const length of [`content-length: ${LIMIT + 1}`, 'content-length: 5000000', 'transfer-encoding: chunked']) {
      const response = await text(send(request(method, length)))
      t.match(response, /^HTTP\/1\.1 413 /, `${method}, ${length}`)
      t.match(response, /\r\nconnection: close\r\n/i)
      if (method === 'GET') t.match(response, `must have a Content-Length <= ${LIMIT}`)
    }
  }
  t.equal(upstream.requests.filter(({ method }) => method === 'GET').length, 0, 'nothing was asked for')
})

t.test('a GET with a body within the limit is answered and keeps its connection', async (t) => {
  const { send } = await start(t)
  const body = 'x'.repeat(LIMIT)
  const socket = send(request('GET', `content-length: ${LIMIT}`) + body + request('GET', 'connection: close'))
  t.equal((await text(socket)).match(/HTTP\/1\.1 200 /g)?.length, 2)
})

t.test('a large body that no route reads is answered at once, and its connection closed', async (t) => {
  const { send } = await start(t)
  const large = await text(send(request('POST', `content-length: ${LIMIT + 1}`)))
  t.match(large, /^HTTP\/1\.1 405 /)
  t.match(large, /\r\nconnection: close\r\n/i)
  const small = send(`${request('POST', 'content-length: 1')}x${request('GET', 'connection: close')}`)
  t.strictSame((await text(small)).match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 405', 'HTTP/1.1 200'])
})

t.test('an idle connection is closed after KEEP_ALIVE_TIMEOUT, of which the client is told', async (t) => {
  for (const [environment, hint] of [
    [{}, 75],
    [{ KEEP_ALIVE_TIMEOUT: '0.1' }, 0]
  ] as const) {
    const app = await startApp(t, { SUPABASE_URL: 'http://127.0.0.1:9', SUPABASE_KEY: 'key', ...environment })
    await app.listen({ host: '127.0.0.1', port: 0 })
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
    t.teardown(() => socket.destroy())
    socket.write('GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n')
    const [response] = await once(socket, 'data')
    t.match(String(response).toLowerCase(), `keep-alive: timeout=${hint}\r\n`)
    if (hint === 0) await once(socket.resume(), 'close')
  }
})
