import { Readable } from 'node:stream'
import t from 'tap'
import { socketPool } from '../../support/pool/socket-pool.ts'
import { startUpstream } from '../../support/upstream/upstream.ts'

t.test('a body that fails while its request waits fails this request alone, and the connection stays', async (t) => {
  const upstream = await startUpstream()
  const pool = socketPool(upstream.url, { maxSize: 1 })
  t.teardown(() => Promise.all([pool.destroy(), upstream.close()]))
  const lease = await pool.acquire()
  const body = new Readable({ read() {} })
  const options = { method: 'POST', path: '/' } as const
  const failure = new Error('the file cannot be read')
  const failed = t.rejects(pool.request({ ...options, body }), failure)
  const next = pool.request({ ...options, body: Readable.from(['text']) })
  body.destroy(failure)
  pool.release(lease)
  await failed
  await (await next).body.dump()
  t.match(upstream.requests, [{ body: 'text' }])
  t.equal(upstream.requests.length, 1)
  t.match(pool.stats(), { created: 1, discarded: 0, in_use: 0 })
})

t.test('a request whose body has failed before its dispatch is rejected with the reason', async (t) => {
  const upstream = await startUpstream()
  const pool = socketPool(upstream.url)
  t.teardown(() => Promise.all([pool.destroy(), upstream.close()]))
  const failure = new Error('the file cannot be read')
  const body = new Readable({ read() {} })
  body.on('error', () => {}).destroy(failure)
  await t.rejects(pool.request({ method: 'POST', path: '/', body }), failure)
  t.equal(upstream.requests.length, 0)
})
