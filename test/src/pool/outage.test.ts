import t from 'tap'
import { ConnectError } from '../../../src/pool/errors.ts'
import { fakePool } from '../../support/pool/fake-pool.ts'

t.test(
  'while nothing can be opened callers are told at once, and connecting holds back longer and longer',
  async (t) => {
    const fake = fakePool({ random: () => 1 })
    const errors: Error[] = []
    fake.pool.on('connectionError', (_origin, _targets, error) => errors.push(error))
    const first = t.rejects(fake.pool.acquire(), ConnectError)
    await fake.fail()
    await first

    for (const pause of [50, 100, 200, 400, 500, 500]) {
      await t.rejects(fake.pool.acquire(), ConnectError, 'during the pause')
      t.equal(fake.opening, 0)
      fake.time.tick(pause - 1)
      await t.rejects(fake.pool.acquire(), ConnectError, 'until its end')
      fake.time.tick(1)
      const callers = [fake.pool.acquire(), fake.pool.acquire()]
      t.equal(fake.opening, 1, 'then one attempt is made, for however many callers')
      const refused = callers.map((caller) => t.rejects(caller, ConnectError))
      await fake.fail()
      await Promise.all(refused)
    }
    t.equal(errors.length, 7)
    t.match(fake.pool.stats(), { errors: 7, created: 0, waiting: 0 })
  }
)

t.test('the first success heals the pool', async (t) => {
  const fake = fakePool({ minSize: 2, maxSize: 4, random: () => 1 })
  await fake.fail()
  fake.time.tick(50)
  t.equal(fake.opening, 1, 'the minimum is tried for without anybody asking')
  let connected = 0
  fake.pool.on('connect', () => connected++)
  await fake.connect()
  t.equal(fake.opening, 1, 'and completed')
  await fake.connect()
  t.match(fake.pool.stats(), { pool_size: 2, errors: 2 })
  t.equal(connected, 2)
  for (let i = 0; i < 5; i++) fake.pool.acquire()
  t.equal(fake.opening, 2, 'attempts are made side by side again')
})

t.test('who can still be served by a connection in use waits for it', async (t) => {
  const fake = fakePool({ maxSize: 2 })
  const first = fake.pool.acquire()
  await fake.connect()
  const second = fake.pool.acquire()
  await fake.fail()
  t.equal(fake.pool.stats().waiting, 1)
  fake.pool.release(await first)
  await second
  t.match(fake.pool.stats(), { in_use: 1, reused: 1, errors: 1 })
})

t.test('a time-out while connecting is a gateway time-out, any other failure a bad gateway', (t) => {
  t.match(new ConnectError(Object.assign(new Error('slow'), { code: 'UND_ERR_CONNECT_TIMEOUT' })), { statusCode: 504 })
  t.match(new ConnectError(new Error('refused')), { statusCode: 502, code: 'UPSTREAM_UNREACHABLE' })
  t.end()
})
