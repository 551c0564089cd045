import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { securityHeaders } from '../../src/http/security-headers.ts'
import { startApp } from '../support/service/app.ts'

t.test('every response has the security headers', async (t) => {
  const app = await startApp(t, {})
  const requests = [
    ['GET', '/', 200],
    ['GET', '/api/molecules?limit=1', 200],
    ['GET', '/api/molecules?limit=0', 400],
    ['GET', '/nowhere', 404],
    ['POST', '/', 405],
    ['GET', '/%', 400],
    ['GET', `/?${'a'.repeat(13_000)}`, 414]
  ] as const
  for (const [method, url, status] of requests) {
    const { statusCode, headers } = await app.inject({ method, url })
    t.equal(statusCode, status)
    t.match(headers, securityHeaders, `${method} ${url.slice(0, 40)}`)
  }

  await app.listen({ host: '127.0.0.1', port: 0 })
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  await once(socket, 'connect')
  socket.end('nonsense\r\n\r\n')
  const response = (await text(socket)).toLowerCase()
  for (const [name, value] of Object.entries(securityHeaders)) {
    t.match(response, `${name}: ${value}`.toLowerCase(), 'also to bytes that are no request')
  }
})
