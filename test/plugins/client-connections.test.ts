import { once } from 'node:events'
import { connect } from 'node:net'
import t from 'tap'
import { noProject, startApp } from '../support/service/app.ts'

t.test('a connection with more than 16 requests at a time is closed, and 16 are served', async (t) => {
  const app = await startApp(t, noProject)
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  const request = 'GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n'
  const last = request.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n')
  /** How many responses there are to so many requests that are sent at once. */
  const countResponses = async (requests: number) => {
    const socket = connect(Number(port), '127.0.0.1')
    let received = ''
    socket.on('data', (chunk) => {
      received += chunk
    })
    socket.on('error', () => {})
    socket.write(request.repeat(requests - 1) + last)
    await once(socket, 'close')
    return received.split('HTTP/1.1 200').length - 1
  }
  t.equal(await countResponses(16), 16)
  t.equal(await countResponses(17), 0)
  t.equal(await countResponses(16), 16)
})
