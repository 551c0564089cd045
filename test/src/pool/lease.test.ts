import t from 'tap'
import { fakePool } from '../../support/pool/fake-pool.ts'
import { socketPool } from '../../support/pool/socket-pool.ts'
import { startUpstream } from '../../support/upstream/upstream.ts'

t.test('a lease shows the header sets of its connection', async (t) => {
  const fake = fakePool()
  const lease = fake.pool.acquire()
  await fake.connect()
  t.strictSame((await lease).headers, { anon: { apikey: 'anon' }, service: { apikey: 'service' } })
})

t.test('a lease can be released once, and not be used after that', async (t) => {
  const fake = fakePool()
  const acquired = fake.pool.acquire()
  await fake.connect()
  const lease = await acquired
  fake.pool.release(lease)
  const other = await fake.pool.acquire()
  t.throws(() => fake.pool.release(lease), /has been released/)
  t.throws(() => lease.headers, /has been released/)
  t.throws(() => lease.dispatch({ method: 'GET', path: '/' }, {}), /has been released/)
  t.match(fake.pool.stats(), { in_use: 1, pool_size: 0 }, 'the next caller keeps the connection')
  fake.pool.release(other)
})

t.test('a connection that is released while busy is retired', async (t) => {
  const fake = fakePool()
  const acquired = fake.pool.acquire()
  await fake.connect()
  const [transport] = fake.transports
  if (transport) transport.busy = true
  fake.pool.release(await acquired)
  t.match(fake.pool.stats(), { discarded: 1, active_connections: 0 })
})

t.test('a connection that breaks during its lease is no longer counted, and its release changes nothing', async (t) => {
  const fake = fakePool()
  const acquired = fake.pool.acquire()
  await fake.connect()
  fake.transports[0]?.close()
  t.match(fake.pool.stats(), { discarded: 1, active_connections: 0, in_use: 0 })
  fake.pool.release(await acquired)
  t.match(fake.pool.stats(), { discarded: 1, active_connections: 0, in_use: 0 })
})

t.test('use releases the connection, whether the work succeeds or fails', async (t) => {
  const fake = fakePool()
  const used = fake.pool.use((lease) => Object.keys(lease.headers))
  await fake.connect()
  t.strictSame(await used, ['anon', 'service'])
  const failed = fake.pool.use(() => {
    throw new Error('no')
  })
  await t.rejects(failed, /no/)
  t.match(fake.pool.stats(), { in_use: 0, pool_size: 1, created: 1 })
})

t.test('a connection that is released before its response has arrived is retired', async (t) => {
  const upstream = await startUpstream(() => {})
  const pool = socketPool(upstream.url)
  t.teardown(() => Promise.all([pool.destroy(), upstream.close()]))
  const lease = await pool.acquire()
  const failed = t.rejects(lease.request({ path: '/', method: 'GET' }))
  pool.release(lease)
  await failed
  t.match(pool.stats(), { pool_size: 0, in_use: 0, retired: { broken: 1 } })
})

t.test('a composed lease is released like any other', async (t) => {
  const fake = fakePool()
  const acquired = fake.pool.acquire()
  await fake.connect()
  const composed = (await acquired).compose((dispatch) => dispatch)
  t.strictSame(composed.headers, { anon: { apikey: 'anon' }, service: { apikey: 'service' } })
  fake.pool.release(composed)
  t.match(fake.pool.stats(), { in_use: 0, pool_size: 1 })
  t.throws(() => fake.pool.release(composed), /has been released/)
  t.throws(() => composed.compose(), /has been released/)
})

t.test('a lease cannot be closed or destroyed, and the error names pool.release', async (t) => {
  const fake = fakePool()
  const acquired = fake.pool.acquire()
  await fake.connect()
  const lease = await acquired
  t.throws(() => lease.close(), { code: 'UND_ERR_NOT_SUPPORTED', message: /pool\.release/ })
  t.throws(() => lease.destroy(), { code: 'UND_ERR_NOT_SUPPORTED', message: /pool\.release/ })
  fake.pool.release(lease)
})
