// Whatever reads, writes, failures and time do in whatever order: no read is answered with what an ended write has replaced,
// and no response is older than its age says.
import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import t from 'tap'
import { ConnectError } from '../../../src/pool/errors.ts'
import { type CachedResponse, ResponseCache } from '../../../src/supabase/response-cache.ts'
import { reportFigure, scale } from '../../support/load/deep-tests.ts'

const RUNS = scale(150, 5_000)
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31)
const MAX_AGE = 10
const STALE_IF_ERROR = 50

type Step =
  | { op: 'read'; key: string }
  /** Supabase looks at the rows for a request that is under way. */
  | { op: 'look'; index: number }
  | { op: 'respond'; index: number; status: number }
  | { op: 'disconnect'; index: number }
  /** A write that takes effect at once, or at its end. */
  | { op: 'write'; isLate: boolean }
  | { op: 'end'; index: number; fails: boolean }
  | { op: 'pass'; time: number }

const index = fc.nat(20)
const status = fc.constantFrom(200, 200, 200, 404, 500, 503)
const make = <O extends Step['op']>(op: O) => fc.constant(op)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ op: make('read'), key: fc.constantFrom('a', 'b', 'c') }) },
  { weight: 3, arbitrary: fc.record({ op: make('look'), index }) },
  { weight: 6, arbitrary: fc.record({ op: make('respond'), index, status }) },
  { weight: 1, arbitrary: fc.record({ op: make('disconnect'), index }) },
  { weight: 1, arbitrary: fc.record({ op: make('write'), isLate: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ op: make('end'), index, fails: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ op: make('pass'), time: fc.integer({ min: 1, max: 2 * MAX_AGE }) }) }
)

/** Takes these steps, and returns what is wrong and how many reads came from the cache. */
async function run(steps: readonly Step[]) {
  let now = 1_000_000
  let version = 0
  let acknowledged = 0
  /** When a version began to be the current one. */
  const began = [now]
  const faults: string[] = []
  let hits = 0
  const cache = new ResponseCache({
    ...{ maxAge: MAX_AGE, staleIfError: STALE_IF_ERROR, maxBytes: 1e6, maxRefreshes: 2, failureTtl: 30 },
    onHit: (context, _state, age) => {
      Object.assign(context, { age })
      hits++
    },
    onOutage: () => {},
    now: () => now
  })
  const requests: { seen?: number; resolve(response: CachedResponse): void; reject(error: Error): void }[] = []
  const writes: { version: number; resolve(response: CachedResponse): void; reject(error: Error): void }[] = []
  const pick = <T>(list: T[], index: number) => list[index % list.length]
  const take = <T>(list: T[], index: number) => list.splice(index % list.length, 1)[0]
  const replaceVersion = () => {
    began[++version] = now
    return version
  }

  const read = async (key: string) => {
    const context: { age?: number } = {}
    const oldest = acknowledged
    const response = await cache.read(key, context, () => {
      const { promise, resolve, reject } = Promise.withResolvers<CachedResponse>()
      requests.push({ resolve, reject })
      cache.watchRead(key, promise)
      return promise
    })
    if (response.status !== 200) return
    const seen = Number(response.body.toString())
    if (seen < oldest) faults.push(`${key}: version ${seen} after a write of ${oldest} has ended`)
    const { age } = context
    if (age === undefined) return
    if (age >= MAX_AGE + STALE_IF_ERROR) faults.push(`${key}: ${age} old`)
    const replaced = began[seen + 1] ?? Number.POSITIVE_INFINITY
    if (replaced < now - age) faults.push(`${key}: version ${seen} is older than ${age}`)
  }

  const takeStep = (one: Step) => {
    if (one.op === 'read') read(one.key).catch(() => {})
    else if (one.op === 'look') {
      const request = pick(requests, one.index)
      if (request) request.seen ??= version
    } else if (one.op === 'respond') {
      const request = take(requests, one.index)
      const body = Buffer.from(String(request?.seen ?? version))
      request?.resolve({ status: one.status, headers: { 'content-range': '0-0/*' }, body })
    } else if (one.op === 'disconnect') {
      take(requests, one.index)?.reject(new ConnectError('Supabase', new Error('refused')))
    } else if (one.op === 'write') {
      const { promise, resolve, reject } = Promise.withResolvers<CachedResponse>()
      const write = { version: one.isLate ? 0 : replaceVersion(), resolve, reject }
      writes.push(write)
      const acknowledge = () => {
        acknowledged = Math.max(acknowledged, write.version)
      }
      cache.watchWrite(promise).then(acknowledge, () => {})
    } else if (one.op === 'end') {
      const write = take(writes, one.index)
      if (!write) return
      write.version ||= replaceVersion()
      if (one.fails) write.reject(new Error('lost'))
      else write.resolve({ status: 201, headers: {}, body: Buffer.alloc(0) })
    } else now += one.time
  }
  for (const one of steps) {
    takeStep(one)
    await setImmediate()
  }
  cache.close()
  return { faults, hits }
}

t.test(
  'a read never sees what a write has replaced that ended before it, nor anything older than its age',
  async (t) => {
    let hits = 0
    const property = fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80 }), async (steps) => {
      const outcome = await run(steps)
      hits += outcome.hits
      if (outcome.faults.length) throw new Error(outcome.faults.join('\n'))
    })
    await fc.assert(property, { numRuns: RUNS, seed: SEED })
    t.ok(hits > RUNS)
    reportFigure(t, `${RUNS} histories, seed ${SEED}: ${hits} responses from the cache`)
  }
)
