import t from 'tap'
import { ConnectError } from '../../../src/pool/errors.ts'
import { fakePool } from '../../support/pool/fake-pool.ts'

t.test(
  'while no connection can be opened, callers are rejected at once and the backoff grows up to half a second',
  async (t) => {
    const fake = fakePool({ random: () => 1 })
    const errors: Error[] = []
    fake.pool.on('connectionError', (_origin, _targets, error) => errors.push(error))
    const first = t.rejects(fake.pool.acquire(), ConnectError)
    await fake.fail()
    await first

    for (const backoff of [50, 100, 200, 400, 500, 500]) {
      await t.rejects(fake.pool.acquire(), ConnectError, 'during the backoff')
      t.equal(fake.opening, 0)
      fake.time.tick(backoff - 1)
      await t.rejects(fake.pool.acquire(), ConnectError, 'until its end')
      fake.time.tick(1)
      const callers = [fake.pool.acquire(), fake.pool.acquire()]
      t.equal(fake.opening, 1, 'then one attempt is made, for however many callers')
      const rejected = callers.map((caller) => t.rejects(caller, ConnectError))
      await fake.fail()
      await Promise.all(rejected)
    }
    t.equal(errors.length, 7)
    t.match(fake.pool.stats(), { errors: 7, created: 0, waiting: 0 })
  }
)

t.test('the first connection that opens after an outage ends the backoff', async (t) => {
  const fake = fakePool({ minSize: 2, maxSize: 4, random: () => 1 })
  await fake.fail()
  fake.time.tick(50)
  t.equal(fake.opening, 1, 'the minimum is attempted without a caller')
  let connected = 0
  fake.pool.on('connect', () => connected++)
  await fake.connect()
  t.equal(fake.opening, 1, 'and then completed')
  await fake.connect()
  t.match(fake.pool.stats(), { pool_size: 2, errors: 2 })
  t.equal(connected, 2)
  for (let i = 0; i < 5; i++) fake.pool.acquire()
  t.equal(fake.opening, 2, 'attempts are concurrent again')
})

t.test('during an outage, a caller waits as long as a leased connection may still be released to it', async (t) => {
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

t.test('a connect timeout is a 504, any other failure to connect a 502', (t) => {
  const timeout = Object.assign(new Error('slow'), { code: 'UND_ERR_CONNECT_TIMEOUT' })
  t.match(new ConnectError('Example', timeout), { statusCode: 504 })
  t.match(new ConnectError('Example', new Error('refused')), { statusCode: 502, code: 'UPSTREAM_UNREACHABLE' })
  t.end()
})
