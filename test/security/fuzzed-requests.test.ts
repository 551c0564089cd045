// Fuzzes the API with requests generated from the OpenAPI document: every response has the contract's shape, and a value
// never reaches Supabase anywhere but in its own parameter.
import fc from 'fast-check'
import t from 'tap'
import { Client } from 'undici'
import { securityHeaders } from '../../src/http/security-headers.ts'
import { runInLoops } from '../support/load/clients.ts'
import { reportFigure, scale } from '../support/load/deep-tests.ts'
import { readDescription } from '../support/openapi/document.ts'
import { startApp } from '../support/service/app.ts'
import { sendRows, startUpstream } from '../support/upstream/upstream.ts'
import { describeDifference, FOUND_ID } from './expected-upstream-request.ts'
import { type FuzzedRequest, generateRequests } from './fuzzed-requests.ts'

const REQUESTS = scale(2_500, 100_000)
const CLIENTS = 10
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31)

const READINESS_CHECK = /^\/rest\/v1\/molecules\?select=[^&]*&limit=1$/
const STRUCTURES = /^\/rest\/v1\/molecules\?select=id%2Csmiles[^&]*&order=updated_at/

t.test('a fuzzed request gets a response of the contract, and reaches Supabase only as what it means', async (t) => {
  const upstream = await startUpstream((request, response) => {
    // Of structures that can be searched there are none.
    if (STRUCTURES.test(request.url ?? '')) return sendRows(response, [])
    const range = request.headers.prefer ? '0-0/1' : '0-0/*'
    const body =
      request.url === '/rest/v1/'
        ? '{"paths":{"/molecules":{}}}'
        : `[{"id":"x","name":"y","molecule_id":"${FOUND_ID}"}]`
    response.writeHead(200, { 'content-type': 'application/json', 'content-range': range }).end(body)
  })
  const settings = { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'the-key', COALESCE_READS: 'false' }
  const described = await startApp(t, settings)
  const { operations } = await readDescription(described)
  await described.close()
  // Before the service starts: generating them blocks the event loop long enough to make it shed load.
  const requests = fc.sample(generateRequests(operations), { numRuns: REQUESTS, seed: SEED })
  const app = await startApp(t, settings)
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  const clients = Array.from({ length: CLIENTS }, () => new Client(origin))
  t.teardown(async () => {
    await Promise.all(clients.map((client) => client.destroy()))
    await upstream.close()
  })

  const wrong: unknown[] = []
  const outcomes = new Map<string, number>()
  let reads = 0
  let next = 0
  const sendNext = async () => {
    const number = next++
    const request = requests[number] as FuzzedRequest
    // Identifies the request at Supabase.
    const headers = request.headers.map(([name, value]) => [name, name === 'x-request-id' ? value + number : value])
    const {
      statusCode,
      headers: responseHeaders,
      body
    } = await (clients[number % CLIENTS] as Client).request({
      path: request.target,
      method: request.method,
      headers: headers.flat(),
      body: request.body
    })
    const id = String(responseHeaders['x-request-id'])
    const received = upstream.requests.filter((one) => one.headers['x-request-id'] === id)
    // What remains at the end is unexpected.
    for (const one of received) upstream.requests.splice(upstream.requests.indexOf(one), 1)
    reads += received.length
    const fault =
      findFault(request, statusCode, responseHeaders, await body.text()) ??
      describeDifference(request, statusCode, id, new URL(upstream.url).host, received)
    if (fault) wrong.push({ number, fault, request, statusCode })
    const route = operations.find(({ path }) =>
      new RegExp(`^${path.replace('{id}', '[^/]+')}$`).test(findPath(request))
    )
    const outcome = `${request.method} ${route?.path ?? (findPath(request).startsWith('/docs') ? '/docs' : 'none')} ${statusCode}`
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  }
  await runInLoops(CLIENTS, () => next < requests.length && wrong.length < 5, sendNext)

  t.strictSame(wrong, [], `to repeat: FUZZ_SEED=${SEED}`)
  const unexpected = upstream.requests.filter(({ url }) => !READINESS_CHECK.test(url) && !STRUCTURES.test(url))
  t.strictSame(unexpected, [], 'Supabase receives nothing else but readiness checks and requests for structures')
  t.ok(reads > REQUESTS / 10, `${reads} requests reach Supabase`)
  t.equal((await app.inject('/health/live')).statusCode, 200)
  t.equal(app.pool.stats().in_use, 0)
  const sorted = [...outcomes].sort(([a], [b]) => (a < b ? -1 : 1))
  t.comment(sorted.map(([outcome, times]) => `${outcome}: ${times}`).join(', '))
  reportFigure(
    t,
    `${REQUESTS} requests, seed ${SEED}: ${outcomes.size} combinations of method, route and status, ${reads} reached Supabase`
  )
})

function findPath({ target }: FuzzedRequest): string {
  return target.split('?', 1)[0] as string
}

/** Describes what is wrong with a response. */
function findFault(
  request: FuzzedRequest,
  status: number,
  headers: Record<string, unknown>,
  body: string
): string | undefined {
  const { 'content-security-policy': _, ...others } = securityHeaders
  for (const [name, value] of Object.entries(findPath(request).startsWith('/docs') ? others : securityHeaders)) {
    if (headers[name] !== value) return `${name}: ${headers[name]}`
  }
  if (!headers['x-request-id']) return 'no id'
  if (status >= 500) return `status ${status}: ${body}`
  const successes = findPath(request) === '/cache' ? [204] : [200, 304]
  if (status < 400 && !successes.includes(status) && !findPath(request).startsWith('/docs')) return `status ${status}`
  if (status < 400 || request.method === 'HEAD') return
  const error = JSON.parse(body)
  if (Object.keys(error).join() !== 'status,message,code,request_id') return `shape ${body}`
  if (error.status !== 'error' || error.request_id !== headers['x-request-id']) return `id ${body}`
  if (/\bat .*:\d+:\d+|node_modules|the-key|postgrest/i.test(error.message)) return `internals ${body}`
}
