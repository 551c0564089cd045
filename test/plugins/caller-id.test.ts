import { randomUUID } from 'node:crypto'
import t from 'tap'
import { startApp } from '../support/service/app.ts'
import { startGateway } from '../support/upstream/gateway.ts'
import { sendRows, startUpstream } from '../support/upstream/upstream.ts'

t.test('a caller is told by the address until Supabase has accepted the token, and then by the token', async (t) => {
  const gateway = await startGateway()
  const app = await startApp(t, { ...gateway.environment, GATEWAY: 'read' }, undefined, (app) => {
    app.get('/caller', { onRequest: app.readUserToken }, async ({ callerId }) => callerId)
  })
  t.teardown(() => gateway.close())
  const address = '192.0.2.1'
  const get = (url: string, token?: string) => {
    const headers = { apikey: gateway.keys.anon, ...(token && { authorization: `Bearer ${token}` }) }
    return app.inject({ url, remoteAddress: address, headers })
  }
  const ask = async (token?: string) => (await get('/caller', token)).body

  for (const url of ['/api/molecules?limit=1', '/rest/v1/molecules?limit=1']) {
    const token = gateway.userToken(randomUUID())
    t.equal(await ask(token), address)
    t.equal(await ask(token), address, 'a response without Supabase accepts no token')
    t.equal((await get(url, token)).statusCode, 200)
    t.equal(await ask(token), `Bearer ${token}`)
  }
  t.equal((await get('/api/molecules?limit=1', 'invented')).statusCode, 401)
  t.equal(await ask('invented'), address)
  t.equal((await get('/api/molecules?limit=1')).statusCode, 200)
  t.equal(await ask(), address)
})

t.test('a token that Supabase no longer accepts no longer stands for a caller', async (t) => {
  let status = 200
  const upstream = await startUpstream((_request, response) => {
    if (status === 200) sendRows(response, [])
    else
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end('{"code":"PGRST303","message":"JWT expired"}')
  })
  t.teardown(() => upstream.close())
  const settings = { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key', GATEWAY: 'read' }
  const app = await startApp(t, settings, undefined, (app) => {
    app.get('/caller', { onRequest: app.readUserToken }, async ({ callerId }) => callerId)
  })
  const headers = { apikey: 'key', authorization: 'Bearer a.b.c' }
  const ask = async () => (await app.inject({ url: '/caller', headers })).body
  for (const url of ['/api/molecules', '/rest/v1/molecules']) {
    status = 200
    await app.inject({ url, headers })
    t.equal(await ask(), 'Bearer a.b.c')
    status = 401
    t.equal((await app.inject({ url, headers })).statusCode, 401)
    t.equal(await ask(), '127.0.0.1')
  }
})
