// Every refusal of the OpenAPI document is really given, in the shape and the words that it shows.
import { once } from 'node:events'
import { registerHooks } from 'node:module'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { type DescribedOperation, type ReceivedResponse, readDescription } from '../../support/openapi/document.ts'
import { startApp } from '../../support/service/app.ts'
import { sendRows, startUpstream } from '../../support/upstream/upstream.ts'

type Examples = Record<string, { value: { message: string } }>

const ADMIN_TOKEN = '0123456789abcdef'
const GLYCEROL = 'aa12c9e8-3e58-4eb2-a88c-d69f447e04fd'
const ID = 'aa12c9e8-3e58-4eb2-a88c-d69f447e04fd'

let upstreamStatus = 200
let upstreamBody = '{}'
const upstream = await startUpstream((_request, response) => {
  if (upstreamStatus === 200) sendRows(response, [])
  else response.writeHead(upstreamStatus).end(upstreamBody)
})
t.teardown(() => upstream.close())
const project = { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'the-anon-key', NODE_ENV: 'production' }
const app = await startApp(t, { ...project, ADMIN_TOKEN })
const { operations, checkResponse } = await readDescription(app)
const seen = new Set<string>()

/** The operations of a table: its list at `url`, and one of its rows. */
const tables = operations
  .filter(({ path }) => path.endsWith('/{id}'))
  .map(({ id, path }) => {
    const url = path.slice(0, -'/{id}'.length)
    return { url, list: operations.find((operation) => operation.path === url)?.id as string, item: id }
  })

/** What is asked where, with the token that opens it. */
const requests = operations.map(({ id, method, path }) => ({
  id,
  method,
  url: path.replace('{id}', ID).replace('/suggest', '/suggest?q=a'),
  headers: path.startsWith('/api/') ? {} : { authorization: `Bearer ${ADMIN_TOKEN}` }
}))
const asking = requests.filter(({ id }) => operations.find((operation) => operation.id === id)?.responses[502])

/** Asserts that an response is as described, and one of the examples; `elsewhere`: its words name another parameter. */
function check(t: Test, id: string, status: number, response: ReceivedResponse, { elsewhere = false } = {}): void {
  t.equal(response.statusCode, status, id)
  checkResponse(t, id, response)
  const { responses } = operations.find((operation) => operation.id === id) as DescribedOperation
  const described = String(status) in responses ? String(status) : 'default'
  seen.add(`${id} ${described}`)
  const { code, message } = JSON.parse(response.body)
  const example = (responses[described]?.content?.['application/json']?.examples as Examples | undefined)?.[code]
  t.ok(example, `${id} ${status} has an example of ${code}`)
  if (!elsewhere) t.equal(message, example?.value.message)
}

t.test('every documented 4xx for an invalid request matches its example', async (t) => {
  const elsewhere = true
  for (const { id, method, url, headers } of requests) {
    const wrong = `${url}${url.includes('?') ? '&' : '?'}nonsense`
    const isGet = method === 'GET'
    check(t, id, 400, await app.inject({ method, url: wrong, headers }), { elsewhere })
    check(t, id, 405, await app.inject({ method: 'POST', url, headers }), { elsewhere: !isGet })
    const large = { ...headers, 'content-length': '16385' }
    check(t, id, 413, await app.inject({ method, url, headers: large }), { elsewhere: !isGet })
    check(t, id, 417, await app.inject({ method, url, headers: { ...headers, expect: 'banana' } }))
  }
  check(t, 'listMolecules', 400, await app.inject('/api/molecules?limit=5000'))
  for (const { list, item, url } of tables) {
    check(t, list, 406, await app.inject({ url, headers: { accept: 'image/png' } }))
    check(t, item, 404, await app.inject(`${url}/${ID}`))
  }
  check(t, 'getMolecule', 414, await app.inject(`/api/molecules/${'a'.repeat(200)}`))
  for (const { id, method, url, headers } of requests) {
    const long = `${url}${url.includes('?') ? '&' : '?'}${'a'.repeat(13_000)}`
    check(t, id, 414, await app.inject({ method, url: long, headers }))
  }
})

/** The operations that are served under any load. */
const EXEMPT = ['getMetrics', 'getLiveness', 'getReadiness']

t.test('every documented 429 matches its example', async (t) => {
  const limited = await startApp(t, { ...project, RATE_LIMIT: '60' })
  for (const { id, method, url } of requests.filter(({ id }) => !EXEMPT.includes(id))) {
    const ask = () => limited.inject({ method, url, remoteAddress: `192.0.2.${id.length}` })
    let response = await ask()
    while (response.statusCode !== 429) response = await ask()
    check(t, id, 429, response)
  }
})

t.test('every documented 503 of load shedding matches its example', async (t) => {
  const late = await startApp(t, { ...project, MAX_EVENT_LOOP_DELAY: '0.01' })
  const block = (duration: number) => {
    for (const end = performance.now() + duration; performance.now() < end; );
  }
  while ((await late.inject('/')).statusCode !== 503) {
    block(100)
    await setImmediate()
  }
  for (const { id, method, url } of requests.filter(({ id }) => !EXEMPT.includes(id))) {
    check(t, id, 503, await late.inject({ method, url }))
  }
})

t.test('every documented 408 and 431 matches its example', async (t) => {
  await app.listen({ host: '127.0.0.1', port: 0 })
  for (const { id, method, url } of requests) {
    const tooLarge = `${method} ${url} HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`
    check(t, id, 431, await send(app, tooLarge))
    check(t, id, 408, await send(app, `${method} ${url} HTTP/1.1\r\n`, { tooSlow: true }))
  }
})

t.test('every documented 401 and 403 matches its example', async (t) => {
  upstreamStatus = 200
  for (const { id, method, url } of requests) {
    if (/^(listTables|getPoolStatistics|getMetrics|clearCache)$/.test(id)) {
      check(t, id, 401, await app.inject({ method, url }))
    }
  }
  const closed = await startApp(t, project)
  check(t, 'listTables', 403, await closed.inject('/supabase/tables'))
  check(t, 'clearCache', 403, await closed.inject({ method: 'DELETE', url: '/cache' }))
  for (const { id, url } of asking.filter(({ url }) => url.startsWith('/api/'))) {
    check(t, id, 401, await app.inject({ url, headers: { authorization: 'Basic abc' } }))
    upstreamStatus = 403
    check(t, id, 403, await app.inject({ url, headers: { authorization: 'Bearer abc' } }))
    upstreamStatus = 200
  }
})

t.test('every documented error of drawings and molfiles matches its example', async (t) => {
  const url = '/api/depict?smiles=CCO'
  check(t, 'drawStructure', 401, await app.inject({ url, headers: { authorization: 'Basic abc' } }))
  const busy = await startApp(t, project)
  await busy.chemistry.close()
  check(t, 'drawStructure', 503, await busy.inject(url))
  check(t, 'listMolecules', 503, await busy.inject('/api/molecules?similar=C'))
  const demo = await startApp(t, {})
  const files = { drawMolecule: 'svg', getMolfile: 'mol', getSdf: 'sdf' }
  for (const [id, format] of Object.entries(files)) {
    const unknown = `/api/molecules/00000000-0000-4000-8000-000000000000/structure.${format}`
    check(t, id, 404, await demo.inject(unknown))
  }
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      if (specifier !== 'openchemlib') return next(specifier, context)
      throw Object.assign(new Error(), { code: 'ERR_MODULE_NOT_FOUND' })
    }
  })
  check(t, 'drawStructure', 501, await app.inject(url))
  for (const [id, format] of Object.entries(files)) {
    check(t, id, 501, await demo.inject(`/api/molecules/${GLYCEROL}/structure.${format}`))
  }
  check(t, 'listMolecules', 501, await demo.inject('/api/molecules?substructure=C'))
  check(
    t,
    'listMolecules',
    501,
    await demo.inject({ url: '/api/molecules', headers: { accept: 'chemical/x-mdl-sdfile' } })
  )
  hooks.deregister()
})

t.test('every documented 401 for a token that Supabase does not accept matches its example', async (t) => {
  const embedded = await startApp(t, {})
  for (const { id, url } of asking.filter(({ url }) => url.startsWith('/api/'))) {
    check(t, id, 401, await embedded.inject({ url, headers: { authorization: 'Bearer a.b.c' } }))
  }
})

t.test('every documented 5xx for a failing Supabase matches its example', async (t) => {
  const failures: [upstreamStatus: number, status: number][] = [
    [500, 502],
    [400, 502],
    [404, 502],
    [401, 502],
    [503, 503],
    [504, 504]
  ]
  for (const [failure, status] of failures) {
    upstreamStatus = failure
    for (const { id, url, headers } of asking) check(t, id, status, await app.inject({ url, headers }))
  }
  upstreamStatus = 404
  upstreamBody = '{"code":"PGRST205","message":"no table"}'
  for (const { id, url, headers } of asking) check(t, id, 502, await app.inject({ url, headers }))
  upstreamBody = '{}'
  const unreachable = await startApp(t, {
    SUPABASE_URL: 'http://127.0.0.1:9',
    SUPABASE_KEY: 'x',
    DB_POOL_MIN_SIZE: '0'
  })
  for (const { id, url } of asking) check(t, id, 502, await unreachable.inject(url))
  check(t, 'getReadiness', 503, await unreachable.inject('/health/ready'))
})

t.test('the documented 500 matches its example', async (t) => {
  const broken = await startApp(t, project)
  broken.pool.stats = () => {
    throw new Error('internals')
  }
  check(t, 'getPoolStatistics', 500, await broken.inject('/pool/stats'))
})

t.test('the document has no other errors than those of these tests', (t) => {
  const described = operations.flatMap(({ id, responses }) =>
    Object.keys(responses)
      .filter((status) => status === 'default' || Number(status) >= 400)
      .map((status) => `${id} ${status}`)
  )
  t.strictSame(described.toSorted(), [...seen].sort())
  t.end()
})

/** The service's response to these bytes; `tooSlow`: when it has lost its patience. */
async function send({ server }: FastifyInstance, text: string, { tooSlow = false } = {}): Promise<ReceivedResponse> {
  const accepted = once(server, 'connection')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  client.on('error', () => {})
  const chunks: Buffer[] = []
  client.on('data', (chunk) => chunks.push(chunk))
  client.write(text)
  const [socket] = (await accepted) as [Socket]
  // As Node's server does when the time is up.
  if (tooSlow) server.emit('clientError', Object.assign(new Error(), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket)
  await once(client, 'close')
  const [head = '', body = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n')
  const [first = '', ...lines] = head.split('\r\n')
  const headers = Object.fromEntries(lines.map((line) => line.split(': ') as [string, string]))
  return { statusCode: Number(first.split(' ')[1]), headers, body }
}
