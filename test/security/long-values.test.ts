// The cost of a request does not depend on the values of its headers and its query.
import t from 'tap'
import { reportFigure } from '../support/load/deep-tests.ts'
import { noProject, startApp } from '../support/service/app.ts'
import { sendRows, startUpstream } from '../support/upstream/upstream.ts'

const LIST = '/api/molecules'
/** The longest header that Node accepts beside the others of a request. */
const HEADER_LENGTH = 15_700
const QUERY_LENGTH = 12_700
/** Unbounded, some of these cost 11 to 35 times what a plain request does; bounded, about two to three times. */
const MAX_RATIO = 10
const REQUESTS = 20
const ROUNDS = 3

const upstream = await startUpstream((_request, response) => sendRows(response, [{ name: 'Glycerol' }]))
t.teardown(() => upstream.close())
const app = await startApp(t, {
  SUPABASE_URL: upstream.url,
  SUPABASE_KEY: 'key',
  RATE_LIMIT: '1000000',
  TRUST_PROXY: 'loopback,10.0.0.0/8'
})

t.test('an "If-None-Match" of more than 1,000 characters is ignored', async (t) => {
  const get = (tags: string) => app.inject({ url: LIST, headers: { 'if-none-match': tags } })
  const { etag } = (await get('')).headers
  t.equal((await get(`${etag},`.padEnd(1_000, ','))).statusCode, 304)
  t.equal((await get(`${etag},`.padEnd(1_001, ','))).statusCode, 200)
})

t.test('a query of more than 100 parameters is refused, whatever the path', async (t) => {
  for (const path of [LIST, '/health/live', '/docs', '/docs/static/index.css']) {
    const response = await app.inject(`${path}?${'&a='.repeat(100)}`)
    t.equal(response.statusCode, 400, path)
    t.equal(response.json().message, 'A URL must have at most 100 query parameters')
  }
  t.match((await app.inject(`${LIST}?${'&a='.repeat(99)}`)).json().message, 'Unknown query parameter "a"')
})

t.test('no router parses more than 100 parameters of a query', async (t) => {
  const url = `?${Array.from({ length: 5_000 }, (_, i) => i.toString(36)).join('&')}`
  const parsed: number[] = []
  const app = await startApp(t, noProject, undefined, (app) =>
    app.addHook('onSend', async ({ query }) => {
      parsed.push(Object.keys(query as object).length)
    })
  )
  for (const path of ['/health/live', '/nowhere']) await app.inject(`${path}${url}`)
  t.strictSame(parsed, [100, 100])
})

t.test('a file of /docs is sent as a whole to a request for a range', async (t) => {
  const url = '/docs/static/index.css'
  const whole = await app.inject(url)
  for (const range of ['bytes=0-0', `bytes=${','.repeat(HEADER_LENGTH)}`]) {
    const response = await app.inject({ url, headers: { range } })
    t.equal(response.statusCode, 200)
    t.equal(response.body, whole.body)
    t.notOk('accept-ranges' in response.headers)
  }
})

t.test('no more than 32 addresses of "X-Forwarded-For" are parsed', async (t) => {
  let addresses: string[] | undefined
  const app = await startApp(t, { ...noProject, TRUST_PROXY: '127.0.0.1,10.0.0.0/8' }, undefined, (app) => {
    app.get('/addresses', async ({ ips }) => {
      addresses = ips
      return {}
    })
  })
  await app.inject({ url: '/addresses', headers: { 'x-forwarded-for': '10.0.0.1,'.repeat(1_700) } })
  t.equal(addresses?.length, 33)
})

const headers: Record<string, string[]> = {
  accept: ['*/*,', 'a/b,', '"', ',', ';', ' ', 'text/csv;q=0.1,'],
  'accept-encoding': ['gzip;q=0.1,', ';', ','],
  authorization: [' ', '.', 'Bearer '],
  'if-none-match': [',', '"a",', 'W/"a",', ' '],
  'x-request-id': ['a', '%'],
  traceparent: ['00-', 'a'],
  tracestate: ['a=1,', ',', ' '],
  'x-forwarded-for': ['10.0.0.1,', '::1,', '::ffff:10.0.0.1,', ',', ':', '1.'],
  origin: ['https://a.', ','],
  expect: ['a', ','],
  cookie: ['a=%41; ', ';'],
  'content-type': ['a/b;', 'a/b,', ' '],
  host: ['a.', ':', '[']
}
const queries = ['&', '&a=', 'name=a&', '%61=%61&', 'a[]=&', '[a]', '?', 'q=%F0%9F%98%80', '%C3', ',', 'name.asc,', '(']
const structures = ['C', '(', '[', '1', '%25', '%5B', '~*']

t.test(`a request with long values costs at most ${MAX_RATIO} times the CPU of a plain one`, async (t) => {
  const requests = [
    ...Object.entries(headers).flatMap(([name, units]) =>
      units.map((unit) => ({
        url: LIST,
        headers: { [name]: unit.repeat(HEADER_LENGTH / unit.length) }
      }))
    ),
    // A quoted string without an end.
    { url: LIST, headers: { accept: `"${','.repeat(HEADER_LENGTH)}` } },
    ...queries.map((unit) => ({ url: `${LIST}?name=${unit.repeat(QUERY_LENGTH / unit.length)}`, headers: {} })),
    ...structures.flatMap((unit) =>
      ['substructure', 'similar'].map((name) => ({
        url: `${LIST}?${name}=${unit.repeat((QUERY_LENGTH - 100) / unit.length)}`,
        headers: {}
      }))
    ),
    { url: `${LIST}?similar=C&min=${'1'.repeat(QUERY_LENGTH - 100)}`, headers: {} },
    ...[LIST, '/nowhere'].map((path) => ({
      url: `${path}?${Array.from({ length: 1_500 }, (_, i) => i.toString(36)).join('&')}`,
      headers: {}
    }))
  ]
  /** CPU time of this process for some requests, in microseconds. */
  const measureCost = async (request: (typeof requests)[number]) => {
    const before = process.cpuUsage()
    for (let i = 0; i < REQUESTS; i++) await app.inject(request)
    const { user, system } = process.cpuUsage(before)
    return user + system
  }
  const plain = { url: LIST, headers: {} }
  for (let i = 0; i < ROUNDS; i++) await measureCost(plain)
  let worst = 0
  for (const request of requests) {
    // The cheapest of several rounds: garbage collection disturbs others.
    let [least, plainLeast] = [Infinity, Infinity]
    for (let i = 0; i < ROUNDS; i++) {
      plainLeast = Math.min(plainLeast, await measureCost(plain))
      least = Math.min(least, await measureCost(request))
    }
    const ratio = least / plainLeast
    worst = Math.max(worst, ratio)
    t.ok(ratio < MAX_RATIO, `${JSON.stringify(request).slice(0, 80)} costs ${ratio.toFixed(2)} times as much`)
  }
  reportFigure(t, `${requests.length} long values: at most ${worst.toFixed(2)} times the CPU of a plain request`)
})
