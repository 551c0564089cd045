import t from 'tap'
import { startApp } from '../../support/service/app.ts'
import { startGateway } from '../../support/upstream/gateway.ts'

const gateway = await startGateway()
t.teardown(() => gateway.close())

t.test('/pool/stats has the statistics of real connections', async (t) => {
  const app = await startApp(t, {
    ...gateway.environment,
    DB_POOL_MIN_SIZE: '1',
    DB_POOL_MAX_SIZE: '3',
    COALESCE_READS: 'false'
  })
  await app.inject('/api/molecules?limit=1')
  const before = gateway.connections
  const responses = await Promise.all(Array.from({ length: 30 }, () => app.inject('/api/molecules?limit=1')))
  t.ok(responses.every(({ statusCode }) => statusCode === 200))
  const { status, stats } = (await app.inject('/pool/stats')).json()
  t.equal(status, 'success')
  t.match(stats, { created: 3, discarded: 0, errors: 0, pool_size: 3, active_connections: 3, in_use: 0, waiting: 0 })
  t.match(stats, { min_size: 1, max_size: 3, timeouts: 0, rejected: 0 })
  // The first found the warm connection or waited for it; of the others two were given fresh ones.
  t.ok(stats.reused === 28 || stats.reused === 29)
  t.ok(stats.wait_ms.count >= 27 && stats.wait_ms.max > 0)
  t.equal(gateway.connections - before, 2, 'thirty requests opened two more sockets')
})

t.test('/pool/stats counts coalesced reads', async (t) => {
  const app = await startApp(t, { ...gateway.environment, DB_POOL_MIN_SIZE: '1', DB_POOL_MAX_SIZE: '3' })
  const responses = await Promise.all(Array.from({ length: 30 }, () => app.inject('/api/molecules?limit=2')))
  t.equal(new Set(responses.map(({ body }) => body)).size, 1)
  const { stats } = (await app.inject('/pool/stats')).json()
  t.equal(stats.coalesced, 29)
  t.equal(stats.hold_ms.count, 1)
})

t.test('/pool/stats needs the admin token when it is set', async (t) => {
  const app = await startApp(t, { ...gateway.environment, ADMIN_TOKEN: '0123456789abcdef' })
  t.equal((await app.inject('/pool/stats')).statusCode, 401)
  const headers = { authorization: 'Bearer 0123456789abcdef' }
  t.equal((await app.inject({ url: '/pool/stats', headers })).statusCode, 200)
  const open = await startApp(t, { ...gateway.environment, NODE_ENV: 'production' })
  t.equal((await open.inject('/pool/stats')).statusCode, 200)
})
