// What a plugin of one's own can rely on.
import t from 'tap'
import { buildApp } from '../../src/app.ts'
import { noLoadShedding, noProject, startApp } from '../support/service/app.ts'
import { startGateway } from '../support/upstream/gateway.ts'
import { waitFor } from '../support/wait.ts'

t.test('a plugin uses the client and the pool, and its errors get the common shape', async (t) => {
  const gateway = await startGateway()
  const app = await buildApp({ environment: { ...noLoadShedding, ...gateway.environment } })
  t.teardown(() => app.close().then(() => gateway.close()))
  app.get('/mixtures', async () => app.supabase.select('mixtures', { order: 'name.asc', select: 'name' }))
  app.get('/head', async () =>
    app.pool.use(async (connection) => {
      const { headers } = await connection.request({ origin: gateway.url, path: '/rest/v1/molecules', method: 'HEAD' })
      return { range: headers['content-range'] }
    })
  )
  app.get('/missing', async () => app.supabase.select('nothing'))
  app.get('/nobody', (_request, reply) => reply.callNotFound())
  app.get('/bug', () => {
    throw new Error('the password is 1234')
  })

  t.match((await app.inject('/mixtures')).json(), [{ name: /./ }])
  t.match((await app.inject('/head')).json(), { range: /^0-\d+\/\*$/ })
  t.match((await app.inject('/missing')).json(), { code: 'UPSTREAM_SCHEMA_MISSING' })
  t.match((await app.inject('/nobody')).json(), { code: 'NOT_FOUND' })
  const bug = await app.inject('/bug')
  t.equal(bug.statusCode, 500)
  t.match(bug.json(), { message: 'Internal Server Error', code: 'INTERNAL_SERVER_ERROR' })
})

t.test('an error that cannot be read is a 500 in the common shape, and is logged', async (t) => {
  const log = { lines: [] as string[] }
  const refuse = () => {
    throw new Error('unreadable')
  }
  const failWith = (name: string) => Object.defineProperty(new Error('odd'), name, { get: refuse })
  const revocable = Proxy.revocable(new Error('odd'), {})
  revocable.revoke()
  const errors = [
    ...['name', 'message', 'stack', 'code', 'cause', 'statusCode'].map(failWith),
    Object.assign(new Error('odd'), { statusCode: Symbol('status') }),
    Object.assign(new Error('odd'), { message: Symbol('message') }),
    new Error('odd', { cause: failWith('message') }),
    Object.create(DOMException.prototype),
    revocable.proxy
  ]
  const app = await startApp(t, noProject, log, (app) => {
    for (const [i, error] of errors.entries()) {
      app.get(`/${i}`, async () => {
        throw error
      })
    }
  })

  // Not injected: such messages are never closed.
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  for (const i of errors.keys()) {
    const response = await fetch(`${url}/${i}`)
    t.equal(response.status, 500)
    t.match(await response.json(), { status: 'error', message: 'Internal Server Error', request_id: /./ })
    const line = await waitFor(() => log.lines.find((line) => line.includes(`"route":"/${i}"`)))
    t.match(JSON.parse(line), { level: 50, status: 500, err: { message: /odd|cannot be read/ } })
  }
})

t.test(
  'a route asks Supabase after the body of its request has been read, and a hook after the response',
  async (t) => {
    const gateway = await startGateway()
    const app = await buildApp({ environment: { ...noLoadShedding, ...gateway.environment } })
    t.teardown(() => app.close().then(() => gateway.close()))
    const audited = Promise.withResolvers<unknown>()
    app.post('/names', async ({ supabase }) => supabase.select('mixtures', { select: 'name', limit: 1 }))
    app.addHook('onResponse', async ({ supabase }) => {
      supabase.select('molecules', { select: 'name', limit: 1 }).then(audited.resolve, audited.reject)
    })

    // Not injected: such messages are never closed.
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    const response = await fetch(`${url}/names`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"any":1}'
    })
    t.equal(response.status, 200)
    t.match(await response.json(), [{ name: /./ }])
    t.match(await audited.promise, [{ name: /./ }])
  }
)

t.test(
  'hooks of a plugin can read the client and the signal of a request that is refused before its route',
  async (t) => {
    const app = await buildApp({ environment: { ...noLoadShedding, RATE_LIMIT: '1' } })
    t.teardown(() => app.close())
    app.addHook('onSend', async ({ supabase, clientSignal }) => {
      t.ok(supabase)
      t.equal(clientSignal.aborted, false)
    })

    for (const expected of [404, 429]) {
      const { statusCode, body } = await app.inject('/nothing')
      t.equal(statusCode, expected)
      t.match(JSON.parse(body), { status: 'error' })
    }
  }
)

t.test('a list whose next page would have a longer URL than the service takes is rejected', async (t) => {
  const app = await buildApp({ environment: noLoadShedding })
  t.teardown(() => app.close())
  const page = { count: 1, rows: Buffer.from('[{}]') }
  app.get('/rows', { onRequest: app.negotiateFormat }, (request, reply) =>
    reply.sendList({ name: 'rows', columns: [], page, query: { limit: 1, offset: 0, ...(request.query as object) } })
  )

  // An encoded comma takes three characters.
  const fits = await app.inject(`/rows?text=${','.repeat(4200)}`)
  t.equal(fits.statusCode, 200)
  t.match(fits.headers.link, /^<[^>]+>; rel="next"$/)
  const tooLong = await app.inject(`/rows?text=${','.repeat(4300)}`)
  t.match([tooLong.statusCode, tooLong.json()], [414, { code: 'URI_TOO_LONG', message: /next page/ }])
})
