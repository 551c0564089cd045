import t from 'tap'
import { fakePool } from '../../support/pool/fake-pool.ts'

t.test('renew replaces idle connections at once and leased ones when they are released', async (t) => {
  let key = 'old'
  const fake = fakePool({
    minSize: 2,
    credentials: () => ({ anon: { apikey: key }, service: { apikey: key } })
  })
  await fake.connect()
  const lease = await fake.pool.acquire()
  key = 'new'
  fake.pool.renew()
  t.match(fake.pool.stats(), { pool_size: 0, in_use: 1, discarded: 1 })
  t.equal(lease.headers.anon.apikey, 'old', 'a lease keeps its credentials')

  await fake.closeDestroyed()
  await fake.connect()
  fake.pool.release(lease)
  await fake.closeDestroyed()
  t.match(fake.pool.stats(), { discarded: 2, pool_size: 1 })
  t.equal((await fake.pool.acquire()).headers.anon.apikey, 'new')
})
