import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { ConnectError, PoolClosedError } from '../../../src/pool/errors.ts'
import { SupabaseError, type SupabaseErrorCode } from '../../../src/supabase/errors.ts'
import { type CachedResponse, ResponseCache, type ResponseCacheOptions } from '../../../src/supabase/response-cache.ts'

const SECOND = 1000
const MAX_AGE = 10 * SECOND
const STALE_IF_ERROR = 100 * SECOND

const createResponse = (body = '[]', headers = {}, status = 200): CachedResponse => ({
  status,
  headers: { 'content-range': '*/*', ...headers },
  body: Buffer.from(body)
})

const unreachable = () => new ConnectError('Supabase', new Error('refused'))
const failure = (code: SupabaseErrorCode) => new SupabaseError(code)

/** A cache, its clock, and a Supabase that responds when it is told to. */
function start(options: Partial<ResponseCacheOptions> = {}) {
  const clock = { now: 1_000_000 }
  const hits: [state: string, age: number][] = []
  const outages: string[] = []
  const cache = new ResponseCache({
    maxAge: MAX_AGE,
    staleIfError: STALE_IF_ERROR,
    maxBytes: 1_000_000,
    maxRefreshes: 2,
    failureTtl: 30 * SECOND,
    onHit: (_context, state, age) => hits.push([state, age]),
    onOutage: (isOver) => outages.push(isOver ? 'over' : 'begun'),
    now: () => clock.now,
    ...options
  })
  const asked: {
    key: string
    background: AbortSignal | undefined
    resolve(response: CachedResponse): void
    reject(reason: Error): void
  }[] = []
  const read = async (key = 'key', isValid?: (response: CachedResponse) => boolean) => {
    const { body, status } = await cache.read(key, {}, (background) => {
      const { promise, resolve, reject } = Promise.withResolvers<CachedResponse>()
      background?.addEventListener('abort', () => reject(background.reason))
      asked.push({ key, background, resolve, reject })
      cache.watchRead(key, promise, isValid)
      return promise
    })
    return status === 200 ? body.toString() : status
  }
  /** Ends the latest request with this, and what follows from it. */
  const end = async (outcome: CachedResponse | Error) => {
    const latest = asked.at(-1)
    if (outcome instanceof Error) latest?.reject(outcome)
    else latest?.resolve(outcome)
    await setImmediate()
  }
  const fill = async (key = 'key', response = createResponse('first')) => {
    const reading = read(key)
    await end(response)
    const body = await reading
    hits.length = 0
    return body
  }
  const pass = (time: number) => {
    clock.now += time
  }
  return { cache, hits, outages, asked, read, end, fill, pass }
}

t.test('a fresh response is served without asking Supabase again, with its age', async (t) => {
  const { cache, hits, asked, read, fill, pass } = start()
  t.equal(await fill(), 'first')
  pass(MAX_AGE - 1)
  t.equal(await read(), 'first')
  t.equal(asked.length, 1)
  t.strictSame(hits, [['fresh', MAX_AGE - 1]])
  t.strictSame([cache.hits, cache.misses], [{ fresh: 1, stale: 0 }, 1])
})

t.test('the age of a response counts from when its request was sent', async (t) => {
  const { hits, read, end, pass } = start()
  const reading = read()
  pass(3 * SECOND)
  await end(createResponse('first'))
  await reading
  await read()
  t.strictSame(hits, [['fresh', 3 * SECOND]])
})

t.test('a response to a read that was sent earlier does not replace a newer one', async (t) => {
  const { asked, read, end, pass } = start()
  const earlier = read()
  pass(1)
  const later = read()
  await end(createResponse('newer'))
  asked[0]?.resolve(createResponse('older'))
  t.strictSame([await earlier, await later, await read()], ['older', 'newer', 'newer'])
})

t.test('a response that is no longer fresh is served at once, while one request refreshes it', async (t) => {
  const { hits, asked, read, end, fill, pass } = start()
  await fill()
  pass(MAX_AGE)
  for (let i = 0; i < 3; i++) t.equal(await read(), 'first')
  t.equal(asked.length, 2)
  t.ok(asked[1]?.background)
  await end(createResponse('second'))
  t.equal(await read(), 'second')
  t.strictSame(hits, [...Array(3).fill(['stale', MAX_AGE]), ['fresh', 0]])
})

t.test('a read of a response that is twice as old as a fresh one waits for Supabase', async (t) => {
  const { hits, asked, read, end, fill, pass } = start()
  await fill()
  pass(2 * MAX_AGE)
  const reading = read()
  t.equal(asked[1]?.background, undefined)
  await end(createResponse('second'))
  t.equal(await reading, 'second')
  t.strictSame(hits, [])
})

const failures: [name: string, outcome: CachedResponse | Error][] = [
  ...[408, 429, 500, 502, 503, 504, 522].map((status): [string, CachedResponse] => [
    `the status ${status}`,
    createResponse('', {}, status)
  ]),
  ['no connection', unreachable()],
  ['no response in time', failure('UPSTREAM_TIMEOUT')],
  ['a lost connection', failure('UPSTREAM_CONNECTION_LOST')],
  ['an invalid response', failure('UPSTREAM_INVALID_ANSWER')]
]
for (const [name, outcome] of failures) {
  t.test(`a read that ends with ${name} gets an older response, as long as that is not too old`, async (t) => {
    const { cache, hits, read, end, fill, pass } = start()
    await fill()
    pass(MAX_AGE + STALE_IF_ERROR - 1)
    const reading = read()
    await end(outcome)
    t.equal(await reading, 'first')
    t.strictSame(hits, [['stale', MAX_AGE + STALE_IF_ERROR - 1]])
    t.equal(cache.hits.stale, 1)
    pass(1)
    const late = read()
    const settled = Promise.allSettled([late])
    await end(outcome)
    const [{ value, reason }] = (await settled) as [{ value?: unknown; reason?: unknown }]
    t.ok(value === (outcome as CachedResponse).status || reason === outcome)
    t.ok(value || reason)
  })
}

t.test(
  'a read that its caller ends is no failure, and is repeated in the background to refresh what is kept',
  async (t) => {
    const { asked, outages, read, end, fill, pass } = start()
    await fill()
    pass(2 * MAX_AGE)
    const left = new Error('The client disconnected')
    for (const count of [3, 4]) {
      const reading = t.rejects(read(), left)
      asked.at(-1)?.reject(left)
      await reading
      t.equal(asked.length, count, 'one refresh at a time')
    }
    t.strictSame(
      asked.map(({ background }) => background !== undefined),
      [false, false, true, false]
    )
    t.strictSame(outages, [])
    asked[2]?.reject(failure('UPSTREAM_TIMEOUT'))
    await setImmediate()
    t.strictSame(outages, ['begun'])
    t.equal(await read(), 'first', 'the next caller does not wait')

    const unknown = t.rejects(read('other'), left)
    await end(left)
    await unknown
    t.equal(asked.at(-1)?.background, undefined)
  }
)

t.test(
  'while Supabase fails old responses are served at once, and one request a second sees if it is back',
  async (t) => {
    const { asked, read, end, fill, pass } = start()
    for (const key of ['a', 'b', 'c']) await fill(key)
    pass(2 * MAX_AGE)
    const first = read('a')
    await end(unreachable())
    t.equal(await first, 'first')
    const before = asked.length
    for (const key of ['a', 'b', 'c', 'a', 'b', 'c']) t.equal(await read(key), 'first')
    t.equal(asked.length, before + 1)
    pass(SECOND - 1)
    await read('b')
    t.equal(asked.length, before + 1, 'none before the second is over')
    pass(1)
    await read('b')
    t.equal(asked.length, before + 2)
    pass(SECOND)
    await read('c')
    t.equal(asked.length, before + 2, 'none beside as many as may be under way')
    await end(createResponse('', {}, 503))
    await read('b')
    t.equal(asked.length, before + 3)
    await end(createResponse('second'))
    t.equal(await read('b'), 'second')
    const back = read('c')
    t.equal(asked.at(-1)?.background, undefined, 'others wait for new responses')
    await end(createResponse('third'))
    t.equal(await back, 'third')
  }
)

t.test('a failure counts for as long as is set, after which a read waits for Supabase again', async (t) => {
  const { asked, read, end, fill, pass } = start()
  await fill()
  pass(2 * MAX_AGE)
  const reading = read()
  await end(unreachable())
  await reading
  pass(30 * SECOND)
  const later = read()
  t.equal(asked.at(-1)?.background, undefined)
  await end(createResponse('second'))
  t.equal(await later, 'second')
})

for (const outcome of [createResponse('', {}, 500), failure('UPSTREAM_INVALID_ANSWER'), new Error('other')]) {
  t.test(`what fails for one read does not keep others from being refreshed: ${outcome}`, async (t) => {
    const { asked, read, end, fill, pass } = start()
    await fill('a')
    await fill('b')
    pass(MAX_AGE)
    await read('a')
    await end(outcome)
    t.equal(await read('a'), 'first')
    await read('b')
    t.strictSame(
      asked.slice(2).map(({ key }) => key),
      ['a', 'a', 'b']
    )
  })
}

t.test('another response than rows ends what was kept, and goes to those who wait', async (t) => {
  for (const status of [401, 403, 404, 406, 416]) {
    const { cache, asked, read, end, fill, pass } = start()
    await fill()
    pass(MAX_AGE)
    t.equal(await read(), 'first')
    await end(createResponse('', {}, status))
    t.equal(cache.bytes, 0)
    await fill()
    pass(2 * MAX_AGE)
    const reading = read()
    await end(createResponse('', {}, status))
    t.equal(await reading, status)
    read()
    t.equal(asked.length, 5)
  }
})

t.test('only rows of up to a mebibyte that nobody has restricted the caching of are kept', async (t) => {
  const large = 'x'.repeat(1024 * 1024)
  const cases: [isKept: boolean, response: CachedResponse][] = [
    [true, createResponse(large)],
    [true, createResponse('[]', {}, 206)],
    [true, createResponse('[]', { vary: 'Accept-Encoding' })],
    [false, createResponse(`${large}x`)],
    [false, createResponse('[]', {}, 201)],
    [false, createResponse('<html>', { 'content-range': undefined })],
    [false, createResponse('[]', { 'cache-control': 'no-store' })],
    [false, createResponse('[]', { 'cache-control': 'max-age=5' })],
    [false, createResponse('[]', { vary: 'Accept, *' })],
    [false, { ...createResponse(), body: {} as Buffer }]
  ]
  for (const [isKept, response] of cases) {
    const { cache, fill } = start({ maxBytes: 10_000_000 })
    await fill('key', response)
    t.equal(cache.bytes > 0, isKept, JSON.stringify({ ...response, body: response.body.length }))
  }
})

t.test('a response that is found invalid is given and not kept', async (t) => {
  const { cache, read, end } = start()
  const reading = read('key', () => false)
  await end(createResponse('first'))
  t.equal(await reading, 'first')
  t.equal(cache.bytes, 0)
})

t.test('a write drops everything when it has ended, and what was sent before that is not kept', async (t) => {
  const { cache, asked, read, end, fill } = start()
  await fill()
  const { promise, resolve } = Promise.withResolvers<CachedResponse>()
  const write = cache.watchWrite(promise)
  const early = read('early')
  resolve(createResponse('', {}, 201))
  t.equal((await write).status, 201)
  await end(createResponse('before the write'))
  t.equal(await early, 'before the write')
  t.equal(cache.bytes, 0)
  read()
  read('early')
  t.equal(asked.length, 4)
})

t.test('an outage is told once when it begins, and when it is over, however long nobody asks', async (t) => {
  for (const [pause, told] of [
    [0, ['begun', 'over']],
    // Then the last read is one of Supabase.
    [31 * SECOND, ['begun', 'over', 'begun']]
  ] as const) {
    const { outages, read, end, pass } = start()
    for (const outcome of [
      unreachable(),
      createResponse('', {}, 503),
      createResponse(),
      createResponse(),
      unreachable()
    ]) {
      const reading = Promise.allSettled([read()])
      await end(outcome)
      await reading
      pass(pause)
    }
    t.strictSame(outages, told)
  }
})

t.test('a read that ends because the service does is no outage, and gets an older response', async (t) => {
  const { outages, read, end, fill, pass } = start()
  await fill()
  pass(2 * MAX_AGE)
  const known = read()
  await end(new PoolClosedError())
  t.equal(await known, 'first')
  const unknown = t.rejects(read('other'), { code: 'POOL_CLOSED' })
  await end(new PoolClosedError())
  await unknown
  t.strictSame(outages, [])
})

t.test('a status that a function raises is no outage', async (t) => {
  const { asked, outages, read, end, fill, pass } = start()
  await fill()
  const raising = read('function')
  await end(createResponse('{"code":"PT429","details":null,"hint":null,"message":"slow down"}', {}, 429))
  t.equal(await raising, 429)
  t.strictSame(outages, [])
  pass(2 * MAX_AGE)
  const reading = read()
  t.notOk(asked[2]?.background, 'Supabase is asked first')
  await end(createResponse('second'))
  t.equal(await reading, 'second')
})

t.test('after a write that failed, Supabase is asked again, and what is kept is served only if it fails', async (t) => {
  for (const outcome of [createResponse('', {}, 409), createResponse('', {}, 503), failure('UPSTREAM_TIMEOUT')]) {
    const { cache, asked, read, end, fill } = start()
    await fill()
    const write = outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome)
    const [{ status }] = await Promise.allSettled([cache.watchWrite(write)])
    t.equal(status, outcome instanceof Error ? 'rejected' : 'fulfilled')
    const failing = read()
    t.notOk(asked[1]?.background, 'it is not served at once')
    await end(unreachable())
    t.equal(await failing, 'first')
    t.equal(await read(), 'first', 'Supabase is known to fail')
    await end(createResponse('second'))
    t.equal(await read(), 'second')
    t.equal(asked.length, 3)
  }
})

t.test('a write that was never sent drops nothing', async (t) => {
  const { cache, read, fill } = start()
  await fill()
  await t.rejects(cache.watchWrite(Promise.reject(unreachable())), { code: 'UPSTREAM_UNREACHABLE' })
  t.equal(await read(), 'first')
})

t.test('a read that fails gets the failure when a write has dropped the older response', async (t) => {
  for (const outcome of [createResponse('', {}, 503), unreachable()]) {
    const { cache, read, end, fill, pass } = start()
    await fill()
    pass(2 * MAX_AGE)
    const reading = Promise.allSettled([read()])
    cache.clear()
    await end(outcome)
    const [settled] = await reading
    t.match(settled, outcome instanceof Error ? { reason: outcome } : { value: 503 })
  }
})

t.test('the least recently used responses make room for others within the limit of bytes', async (t) => {
  const { cache, asked, read, fill } = start({ maxBytes: 100_000 })
  t.equal(cache.maxBytes, 100_000)
  const large = createResponse('x'.repeat(30_000))
  for (const key of 'abc') await fill(key, large)
  t.ok(cache.bytes > 90_000 && cache.bytes <= 100_000)
  await read('a')
  await fill('d', large)
  t.ok(cache.bytes <= 100_000)
  for (const key of 'acd') await read(key)
  t.equal(asked.length, 4)
  read('b')
  t.equal(asked.length, 5)
  for (let i = 0; i < 1000; i++) await fill(`/rest/v1/molecules?offset=${i}`, createResponse())
  t.ok(cache.bytes > 90_000 && cache.bytes <= 100_000)
  cache.clear()
  t.equal(cache.bytes, 0)
})

t.test('a kept body has memory of its own', async (t) => {
  const { cache, fill } = start()
  await fill('key', { ...createResponse(), body: Buffer.alloc(65_536).subarray(0, 100) })
  const { body } = await cache.read('key', {}, () => Promise.reject())
  t.strictSame([body.length, body.buffer.byteLength], [100, 100])
})

t.test('no more responses are refreshed at a time than are set', async (t) => {
  const { asked, read, end, fill, pass } = start({ maxRefreshes: 2 })
  for (const key of 'abc') await fill(key)
  pass(MAX_AGE)
  for (const key of 'abc') t.equal(await read(key), 'first')
  t.equal(asked.length, 5)
  await end(createResponse('second'))
  await read('c')
  t.equal(asked.length, 6)
})

t.test('a closed cache aborts its refreshes and begins no more', async (t) => {
  const { cache, asked, read, fill, pass } = start()
  await fill()
  pass(MAX_AGE)
  await read()
  cache.close()
  t.equal(asked[1]?.background?.aborted, true)
  await setImmediate()
  t.equal(await read(), 'first')
  t.equal(asked.length, 2)
})
