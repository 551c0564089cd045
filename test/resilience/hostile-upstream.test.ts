// Whatever Supabase does to a fifth of the requests: each is answered rightly and in time, and nothing is lost or leaks.
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { PoolStats } from '../../src/pool/statistics.ts'
import { figure, scale } from '../support/load/deep.ts'
import { heapOf, tellingHeap } from '../support/load/heap.ts'
import { type Answer, Clients, inLoops, percentile } from '../support/load/load.ts'
import { startService } from '../support/service/process.ts'
import { BEHAVIOURS, type BehaviourName, startHostileUpstream } from '../support/upstream/hostile-upstream.ts'

const CLIENTS = 50
const CONNECTIONS = 10
/** Milliseconds. */
const REQUEST_TIMEOUT = 1_000
const ACQUIRE_TIMEOUT = 10_000
const SLACK = 1_000
/** What compiled code and the like may take that came with the faults, in MB. */
const LEEWAY = 5

const names = Object.keys(BEHAVIOURS) as BehaviourName[]
const faults = names.slice(1)
/** A rare one, for it keeps both ends busy. */
const RARE: BehaviourName = 'sends 50 MB'

function behaviourOf(number: number): BehaviourName {
  if (number % 5) return 'answers'
  const fault = faults[(number / 5) % faults.length] as BehaviourName
  return fault === RARE && (number / 5 / faults.length) % 10 >= 1 ? 'resets before the answer' : fault
}

t.test('a hostile Supabase', async (t) => {
  const upstream = await startHostileUpstream()
  const clients = new Clients(CLIENTS)
  t.teardown(() => Promise.all([clients.close(), upstream.close()]))
  const service = startService(t, {
    ...tellingHeap,
    SUPABASE_URL: upstream.url,
    SUPABASE_KEY: 'key',
    SUPABASE_REQUEST_TIMEOUT: `${REQUEST_TIMEOUT / 1000}`,
    DB_POOL_ACQUIRE_TIMEOUT: `${ACQUIRE_TIMEOUT / 1000}`,
    DB_POOL_MAX_SIZE: `${CONNECTIONS}`
  })
  const url = await service.url
  const statistics = async (): Promise<PoolStats> => JSON.parse((await clients.get(`${url}/pool/stats`)).body).stats

  /** Sends requests with these numbers and notes what was answered wrongly. */
  const wrong: unknown[] = []
  const durations: number[] = []
  const send = async (from: number, to: number, behaviour: (number: number) => BehaviourName) => {
    let number = from
    await inLoops(
      CLIENTS,
      () => number < to,
      async () => {
        const name = behaviour(number)
        const offset = number++ * 100 + names.indexOf(name)
        const answer = await clients.get(`${url}/api/molecules?offset=${offset}`)
        const { status, retryAfter } = expectedOf(name, upstream.victims.has(offset))
        const isRight = answer.status === status && answer.headers['retry-after'] === retryAfter && hasShape(answer)
        const isInTime = answer.duration < ACQUIRE_TIMEOUT + REQUEST_TIMEOUT + SLACK
        if (!isRight || !isInTime) wrong.push({ name, expected: { status, retryAfter }, ...answer })
        durations.push(answer.duration)
      }
    )
  }

  await send(0, scale(200, 5_000), () => 'answers')
  const before = await heapOf(service)

  const untrue: PoolStats[] = []
  let samples = 0
  let isOver = false
  const sampling = inLoops(
    1,
    () => !isOver,
    async () => {
      const stats = await statistics()
      samples++
      if (!isTrue(stats)) untrue.push(stats)
      await sleep(20)
    }
  )
  const count = scale(600, 100_000)
  const start = performance.now()
  await send(10_000, 10_000 + count, behaviourOf)
  const seconds = (performance.now() - start) / 1000
  isOver = true
  await sampling

  const wrongly = wrong.length
  t.strictSame(wrong.slice(0, 5), [], 'every request is answered rightly and in time')
  t.strictSame(untrue.slice(0, 5), [], 'the statistics are true at every moment')
  t.ok(upstream.peak <= CONNECTIONS, `${upstream.peak} sockets at most`)

  // What has gone away unnoticed is found out once, by whoever is unlucky enough to need it.
  await send(500_000, 500_000 + CLIENTS, () => 'closes unannounced')
  wrong.length = 0
  await send(1_000_000, 1_000_000 + 1_000, () => 'answers')
  t.strictSame(wrong.slice(0, 5), [], 'all is well afterwards')
  t.match(await statistics(), { in_use: 0, waiting: 0, timeouts: 0, rejected: 0 })
  const after = await heapOf(service)
  t.ok(after < before + LEEWAY, `${after.toFixed(1)} MB, before ${before.toFixed(1)} MB`)
  figure(
    t,
    `${count} requests in ${seconds.toFixed(0)} s, a fault in 20 %: ${wrongly} answered wrongly or late, ` +
      `p99 ${percentile(durations, 0.99).toFixed(0)} ms, at most ${upstream.peak} sockets, ` +
      `${samples} samples of the statistics true, heap ${before.toFixed(1)} MB before, ${after.toFixed(1)} MB after`
  )
})

function expectedOf(name: BehaviourName, isVictim: boolean): { status: number; retryAfter?: string } {
  return isVictim ? { status: 504 } : BEHAVIOURS[name]
}

/** What clients are promised about every answer. */
function hasShape({ status, body, headers }: Answer): boolean {
  const parsed = JSON.parse(body)
  if (status === 200) return parsed.status === 'success' && parsed.count === 1
  return parsed.status === 'error' && parsed.request_id === headers['x-request-id'] && !/stack|node_modules/.test(body)
}

function isTrue(stats: PoolStats): boolean {
  const { created, discarded, active_connections: active, pool_size: idle, in_use: used, retired } = stats
  const sum = Object.values(retired).reduce((total, count) => total + count)
  return created - discarded === active && idle + used === active && active <= CONNECTIONS && discarded === sum
}
