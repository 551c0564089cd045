import { gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { type Dispatcher, interceptors } from 'undici'
import { headerSets } from '../../../src/supabase/keys.ts'
import { settled } from '../../support/pool/fake-pool.ts'
import { socketPool } from '../../support/pool/socket-pool.ts'
import { startUpstream, type Upstream } from '../../support/upstream/upstream.ts'

const PUBLISHABLE = 'sb_publishable_key'
const SECRET = 'sb_secret_key'

/** A pool with keys of the new form, which are no bearer tokens, at an upstream that responds with the credentials it got. */
async function start(t: Test, respond?: Parameters<typeof startUpstream>[0]) {
  const upstream = await startUpstream(
    respond ??
      ((request, response) => {
        response.setHeader('cache-control', 'public, max-age=60')
        response.end(readCredentials(request))
      })
  )
  const keys = { anon: PUBLISHABLE, service: SECRET }
  const pool = socketPool(upstream.url, { maxSize: 4, credentials: () => headerSets(keys, 'test/1') })
  t.teardown(() => Promise.all([pool.destroy(), upstream.close()]))
  return { upstream, pool, keys }
}

function readCredentials({ headers }: { headers: Upstream['requests'][number]['headers'] }): string {
  return `${headers.apikey} ${headers.authorization}`
}

type Who = { role?: 'anon' | 'service'; headers?: Record<string, string>; origin?: string | URL | undefined }

const ASKED: [Who, string][] = [
  [{}, `${PUBLISHABLE} undefined`],
  [{ role: 'service' }, `${SECRET} undefined`],
  [{ role: 'anon', headers: { authorization: 'Bearer alice' } }, `${PUBLISHABLE} Bearer alice`],
  [{ role: 'anon', headers: { Authorization: 'Bearer bob' } }, `${PUBLISHABLE} Bearer bob`],
  [{ headers: { apikey: 'own' } }, 'own undefined'],
  [{ role: 'service', headers: { apikey: 'own', authorization: 'Bearer own' } }, 'own Bearer own']
]

async function ask(dispatcher: Dispatcher, who: Who = {}, path = '/'): Promise<string> {
  const { body } = await dispatcher.request({ path, method: 'GET', ...who } as never)
  return body.text()
}

t.test('deduplicated requests share a response only where they have the same credentials', async (t) => {
  const { pool, upstream } = await start(t)
  const deduplicate = interceptors.deduplicate()
  const twice = [...ASKED, ...ASKED]
  const compositions: [string, Dispatcher][] = [
    ['alone', pool.compose(deduplicate)],
    ['in an array', pool.compose([deduplicate])],
    ['around another composition', pool.compose((dispatch) => dispatch).compose(deduplicate)],
    ['within another composition', pool.compose(deduplicate).compose(interceptors.retry())],
    ['within a redirect', pool.compose(deduplicate, interceptors.redirect({ maxRedirections: 2 }))]
  ]
  for (const origin of [undefined, upstream.url, new URL(upstream.url)]) {
    for (const [name, composed] of compositions) {
      upstream.requests.length = 0
      const received = await Promise.all(twice.map(([who]) => ask(composed, { ...who, origin })))
      const expected = twice.map(([, seen]) => seen)
      t.strictSame(received, expected, `${name}, ${origin}`)
      t.equal(upstream.requests.length, ASKED.length, `${name}, ${origin}: one request for each`)
    }
  }
})

t.test('a cached response is served only to callers with the same credentials', async (t) => {
  const { pool, upstream } = await start(t)
  const cache = interceptors.cache()
  const inner = pool.compose((dispatch) => dispatch)
  for (const [name, composed] of Object.entries({ alone: pool.compose(cache), outside: inner.compose(cache) })) {
    for (const origin of [undefined, upstream.url]) {
      upstream.requests.length = 0
      for (const [who, seen] of [...ASKED, ...ASKED]) {
        t.equal(await ask(composed, { ...who, origin }, `/${name}/${origin}`), seen, `${name}, ${origin}`)
      }
      t.equal(upstream.requests.length, ASKED.length, `${name}, ${origin}: the second time it is cached`)
    }
  }
})

t.test('a cache heeds the Vary header of the origin as well as the credentials', async (t) => {
  const { pool, upstream } = await start(t, (request, response) => {
    response.setHeader('cache-control', 'public, max-age=60')
    response.setHeader('vary', 'accept-profile')
    response.end(String(request.headers['accept-profile']))
  })
  const composed = pool.compose(interceptors.cache())
  for (const profile of ['a', 'b', 'a', 'b'])
    t.equal(await ask(composed, { headers: { 'accept-profile': profile } }), profile)
  t.equal(upstream.requests.length, 2)
  const { headers } = await composed.request({ path: '/', method: 'GET' } as never)
  t.equal(headers.vary, 'accept-profile, apikey, authorization')
})

t.test('a response that a cache revalidates in the background keeps the Vary header of the origin', async (t) => {
  const revalidated = Promise.withResolvers<void>()
  const { pool } = await start(t, (request, response) => {
    response.setHeader('cache-control', 'public, max-age=0, stale-while-revalidate=60')
    response.setHeader('etag', '"1"')
    if (request.headers['if-none-match']) return void response.writeHead(304).end(revalidated.resolve)
    response.setHeader('vary', 'accept-profile')
    response.end(String(request.headers['accept-profile']))
  })
  const composed = pool.compose(interceptors.cache())
  const askFor = (profile: string) => ask(composed, { headers: { 'accept-profile': profile } })
  t.equal(await askFor('a'), 'a')
  t.equal(await askFor('a'), 'a')
  await revalidated.promise
  while (pool.stats().in_use) await settled()
  t.equal(await askFor('b'), 'b')
})

t.test('an informational response reaches a composed handler as it was sent', async (t) => {
  const { pool } = await start(t, (_request, response) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload' }, () => response.end())
  })
  const informed: unknown[] = []
  const onInfo = (info: unknown) => void informed.push(info)
  const { body, headers } = await pool
    .compose((dispatch) => dispatch)
    .request({ path: '/', method: 'GET', onInfo } as never)
  await body.dump()
  t.strictSame(informed, [{ statusCode: 103, headers: { link: '</style.css>; rel=preload' } }])
  t.equal(headers.vary, 'apikey, authorization')
})

t.test('a cache revalidates a response with the credentials of its caller', async (t) => {
  const { pool, upstream } = await start(t, (request, response) => {
    response.setHeader('cache-control', 'public, no-cache')
    response.setHeader('etag', `"${readCredentials(request)}"`)
    if (request.headers['if-none-match'] === `"${readCredentials(request)}"`) response.writeHead(304).end()
    else response.end(readCredentials(request))
  })
  const composed = pool.compose(interceptors.cache())
  for (let round = 0; round < 2; round++) {
    for (const [who, seen] of ASKED) t.equal(await ask(composed, who), seen)
  }
  t.equal(upstream.requests.length, 2 * ASKED.length)
})

t.test('interceptors see the new keys after a rotation', async (t) => {
  const { pool, keys } = await start(t)
  const composed = pool.compose(interceptors.deduplicate(), interceptors.cache())
  t.equal(await ask(composed), `${PUBLISHABLE} undefined`)
  keys.anon = 'sb_publishable_new'
  t.equal(await ask(composed), 'sb_publishable_new undefined')
})

t.test('interceptors around a lease see its credentials and its origin', async (t) => {
  const { pool, upstream } = await start(t)
  const cache = interceptors.cache()
  await pool.use(async (lease) => {
    const composed = lease.compose(cache)
    for (let round = 0; round < 2; round++) {
      for (const [who, seen] of ASKED) t.equal(await ask(composed, who), seen)
    }
  })
  t.equal(upstream.requests.length, ASKED.length)
})

t.test(
  'a redirect within the origin is followed with the same credentials, one to another origin is rejected',
  async (t) => {
    const { pool, upstream } = await start(t, (request, response) => {
      if (request.url === '/old') response.writeHead(302, { location: '/new' }).end()
      else if (request.url === '/away') response.writeHead(302, { location: 'http://localhost:9/' }).end()
      else response.end(readCredentials(request))
    })
    const composed = pool.compose(interceptors.redirect({ maxRedirections: 3 }))
    for (const [who, seen] of ASKED) t.equal(await ask(composed, who, '/old'), seen)
    await t.rejects(ask(composed, {}, '/away'), { code: 'UND_ERR_INVALID_ARG', message: /own origin/ })
    t.equal(upstream.requests.length, 2 * ASKED.length + 1)
    t.match(pool.stats(), { in_use: 0, waiting: 0 })
  }
)

t.test('an invalid request, such as one for another origin, reaches no interceptor', async (t) => {
  const { pool, upstream } = await start(t)
  let seen = 0
  const composed = pool.compose((dispatch) => (options, handler) => {
    seen++
    return dispatch(options, handler)
  })
  for (const options of [{ origin: 'http://127.0.0.1:9' }, { role: 'admin' }, { headers: [['apikey', 'x']] }]) {
    await t.rejects(composed.request({ path: '/', method: 'GET', ...options } as never), {
      code: 'UND_ERR_INVALID_ARG'
    })
  }
  t.equal(seen, 0)
  t.equal(await ask(composed), `${PUBLISHABLE} undefined`)
  t.equal(seen, 1)
  t.equal(upstream.requests.length, 1)
})

t.test("headers that an interceptor sets take precedence over the pool's own", async (t) => {
  const { pool } = await start(t)
  const composed = pool.compose((dispatch) => (options, handler) => {
    const headers = options.headers as Record<string, string>
    headers.authorization = 'Bearer added'
    return dispatch({ ...options, headers: { ...headers, apikey: 'replaced' } }, handler)
  })
  t.equal(await ask(composed, { role: 'service' }), 'replaced Bearer added')
  t.equal(await ask(pool), `${PUBLISHABLE} undefined`, "the pool's own headers are unchanged")
})

t.test('the dns interceptor cannot redirect a request: one whose origin it has changed is rejected', async (t) => {
  const { pool, upstream } = await start(t)
  t.equal(await ask(pool.compose(interceptors.dns())), `${PUBLISHABLE} undefined`, 'an address is left alone')
  const { port } = new URL(upstream.url)
  const named = socketPool(`http://localhost:${port}`)
  t.teardown(() => named.destroy())
  await t.rejects(ask(named.compose(interceptors.dns())), { code: 'UND_ERR_INVALID_ARG', message: /own origin/ })
  t.equal(upstream.requests.length, 1)
})

t.test('the interceptors retry, responseError, dump and decompress work over a pool', async (t) => {
  let failures = 2
  const { pool, upstream } = await start(t, (request, response) => {
    if (request.url === '/flaky' && failures-- > 0) response.writeHead(503).end()
    else if (request.url === '/refused') response.writeHead(400, { 'content-type': 'application/json' }).end('{"a":1}')
    else if (request.url === '/zip') response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('text'))
    else response.end(readCredentials(request))
  })
  const retry = pool.compose(interceptors.retry({ minTimeout: 1, maxRetries: 3 }))
  t.equal(await ask(retry, { role: 'service' }, '/flaky'), `${SECRET} undefined`)
  t.equal(upstream.requests.length, 3)
  t.strictSame(
    [...new Set(upstream.requests.map(readCredentials))],
    [`${SECRET} undefined`],
    'each time with its credentials'
  )
  const failure = { code: 'UND_ERR_RESPONSE', statusCode: 400, body: { a: 1 } }
  await t.rejects(ask(pool.compose(interceptors.responseError()), {}, '/refused'), failure)
  t.equal(await ask(pool.compose(interceptors.dump()), {}, '/'), '')
  t.equal(await ask(pool.compose(interceptors.decompress()), {}, '/zip'), 'text')
  t.match(pool.stats(), { in_use: 0, waiting: 0 })
})

t.test(
  'a request that is aborted before its dispatch is rejected unsent, also within the dump interceptor',
  async (t) => {
    const { pool, upstream } = await start(t)
    const options = { path: '/', method: 'GET', signal: AbortSignal.abort() } as never
    await t.rejects(pool.compose(interceptors.dump()).request(options), { name: 'AbortError' })
    t.equal(upstream.requests.length, 0)
    t.match(pool.stats(), { created: 0, waiting: 0 })
  }
)

t.test('a handler of a composed pool is told of all events', async (t) => {
  const { pool } = await start(t)
  const lease = await Promise.all([1, 2, 3, 4].map(() => pool.acquire()))
  const events: string[] = []
  const ended = new Promise<void>((resolve, reject) => {
    pool
      .compose((dispatch) => dispatch)
      .dispatch({ path: '/', method: 'POST', body: 'text' }, {
        onRequestStart: () => void events.push('start'),
        onRequestSent: () => void events.push('sent'),
        onResponseStarted: () => void events.push('response started'),
        onResponseStart: (_controller: unknown, status: number, headers: { vary?: string }) =>
          void events.push(`${status} ${headers.vary}`),
        onResponseEnd: () => resolve(),
        onResponseError: (_controller: unknown, error: Error) => reject(error)
      } as Dispatcher.DispatchHandler)
  })
  for (const one of lease) pool.release(one)
  await ended
  t.strictSame(events, ['start', 'sent', 'response started', '200 apikey, authorization'])
})
