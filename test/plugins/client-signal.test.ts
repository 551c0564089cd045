import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import t from 'tap'
import { buildApp } from '../../src/app.ts'
import { noLoadShedding, noProject } from '../support/service/app.ts'

t.test('request.clientSignal is aborted when the client disconnects, and only then', async (t) => {
  const app = await buildApp({ environment: { ...noLoadShedding, ...noProject } })
  t.teardown(() => app.close())
  const heard: string[] = []
  const left = Promise.withResolvers<unknown>()
  const arrived = Promise.withResolvers<void>()
  app.get('/wait', (request, reply) => {
    const { clientSignal } = request
    t.equal(clientSignal, request.clientSignal, 'one for each request')
    const never = () => heard.push('never')
    clientSignal.addEventListener('abort', never)
    clientSignal.removeEventListener('abort', never)
    clientSignal.addEventListener('abort', () => left.resolve(clientSignal.reason))
    reply.hijack()
    arrived.resolve()
  })
  app.get('/signal', async ({ clientSignal }) => ({ aborted: clientSignal.aborted }))

  t.strictSame((await app.inject('/signal')).json(), { aborted: false })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write('GET /wait HTTP/1.1\r\nhost: x\r\n\r\n')
  await arrived.promise
  socket.destroy()
  t.match(await left.promise, { message: 'The client disconnected before the response' })
  t.strictSame(heard, [])
})

t.test("Fastify's own signal and onRequestAbort tell of a client's disconnect", async (t) => {
  const app = await buildApp({ environment: { ...noLoadShedding, ...noProject } })
  t.teardown(() => app.close())
  const arrived = Promise.withResolvers<void>()
  const aborted = Promise.withResolvers<void>()
  const signaled = Promise.withResolvers<void>()
  app.get('/wait', { onRequestAbort: async () => aborted.resolve() }, ({ signal }) => {
    signal.addEventListener('abort', () => signaled.resolve())
    arrived.resolve()
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  socket.write('GET /wait HTTP/1.1\r\nhost: x\r\n\r\n')
  await arrived.promise
  socket.destroy()
  await Promise.all([aborted.promise, signaled.promise])
})
