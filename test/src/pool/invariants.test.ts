// Whatever happens, in whatever order, the numbers add up.
import t from 'tap'
import type { Lease } from '../../../src/pool/lease.ts'
import { fakePool } from '../../support/fake-pool.ts'

/** Numbers from 0 to 1 that a seed repeats (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

for (const seed of [1, 2, 3, 4, 5, Math.floor(Math.random() * 2 ** 31)]) {
  t.test(`seed ${seed}`, async (t) => {
    const random = randomNumbers(seed)
    const fake = fakePool({ minSize: 1, maxSize: 3, lifetime: 3_000, idleTimeout: 1_500, maxWaiting: 5, random })
    const leases: Lease[] = []
    const signals: AbortController[] = []
    const steps: (() => unknown)[] = [
      () => {
        const abort = new AbortController()
        signals.push(abort)
        fake.pool.acquire({ signal: abort.signal }).then(
          (lease) => leases.push(lease),
          () => {}
        )
      },
      () => leases.length && fake.pool.release(leases.splice(Math.floor(random() * leases.length), 1)[0] as Lease),
      () => signals.shift()?.abort(),
      () => fake.connect(1),
      () => fake.connect(),
      () => random() < 0.2 && fake.fail(),
      () => fake.loseOne(random()),
      () => fake.closeDestroyed(),
      () => fake.time.tickAsync(Math.floor(random() * 800)),
      () => random() < 0.1 && fake.pool.renew()
    ]
    let wrong: unknown
    for (let step = 0; step < 400; step++) {
      await steps[Math.floor(random() * steps.length)]?.()
      const stats = fake.pool.stats()
      const { created, discarded, active_connections: active, pool_size: idle, in_use: used, waiting } = stats
      const sums = created - discarded === active && idle + used === active
      const bounds = active <= 3 && waiting <= 5 && fake.sockets <= 3
      const fair = waiting === 0 || idle === 0
      if (!(sums && bounds && fair)) wrong ??= { step, ...stats }
    }
    t.equal(wrong, undefined)

    const closed = fake.pool.close()
    for (const lease of leases) fake.pool.release(lease)
    await fake.time.tickAsync(20_000)
    await fake.connect()
    await fake.closeDestroyed()
    await closed
    t.match(fake.pool.stats(), { active_connections: 0, pool_size: 0, in_use: 0, waiting: 0 })
  })
}
