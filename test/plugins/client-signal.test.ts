import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import t from 'tap'
import { buildApp } from '../../src/app.ts'
import { noLoadShedding } from '../support/service/app.ts'

t.test('a request knows when its caller leaves, and only then', async (t) => {
  const app = await buildApp({ environment: noLoadShedding })
  t.teardown(() => app.close())
  const heard: string[] = []
  const left = Promise.withResolvers<unknown>()
  const arrived = Promise.withResolvers<void>()
  app.get('/wait', (request, reply) => {
    const { departure } = request
    t.equal(departure, request.departure, 'one for each request')
    const never = () => heard.push('never')
    departure.addEventListener('abort', never)
    departure.removeEventListener('abort', never)
    departure.addEventListener('abort', () => left.resolve(departure.reason))
    reply.hijack()
    arrived.resolve()
  })
  app.get('/answer', async ({ departure }) => ({ aborted: departure.aborted }))

  t.strictSame((await app.inject('/answer')).json(), { aborted: false })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write('GET /wait HTTP/1.1\r\nhost: x\r\n\r\n')
  await arrived.promise
  socket.destroy()
  t.match(await left.promise, { message: 'The client left before it was answered' })
  t.strictSame(heard, [])
})
