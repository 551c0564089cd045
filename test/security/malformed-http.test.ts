// Malformed HTTP: every connection gets a proper error response or is closed, no request is smuggled, and the next client
// is served.
import { type AddressInfo, connect } from 'node:net'
import fc from 'fast-check'
import t from 'tap'
import { securityHeaders } from '../../src/http/security-headers.ts'
import { runInLoops } from '../support/load/clients.ts'
import { reportFigure, scale } from '../support/load/deep-tests.ts'
import { startApp } from '../support/service/app.ts'
import { startUpstream } from '../support/upstream/upstream.ts'

const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31)
const CLIENTS = 50
const RANDOM_CASES = scale(1_000, 20_000)

const GET = 'GET /api/molecules?limit=1 HTTP/1.1\r\n'
/** The last request on a connection. */
const LAST = 'GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'
const SMUGGLED = 'GET /api/molecules?limit=666 HTTP/1.1\r\nhost: x\r\n\r\n'

/** Name, bytes and the allowed statuses of the response; none where the connection is closed without one. */
const CASES: [name: string, bytes: string, statuses: string[]][] = [
  [
    'Content-Length and Transfer-Encoding',
    `${GET}host: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ['400']
  ],
  [
    'two Content-Length headers',
    `${GET}host: x\r\ncontent-length: 0\r\ncontent-length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
    ['400']
  ],
  ['a Content-Length with a sign', `${GET}host: x\r\ncontent-length: +5\r\n\r\n${SMUGGLED}`, ['400']],
  ['an unknown transfer coding', `${GET}host: x\r\ntransfer-encoding: xchunked\r\n\r\n${SMUGGLED}`, ['400']],
  [
    'two transfer codings',
    `${GET}host: x\r\ntransfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ['400']
  ],
  [
    'a transfer coding after a vertical tab',
    `${GET}host: x\r\ntransfer-encoding:\x0bchunked\r\n\r\n0\r\n\r\n`,
    ['400']
  ],
  ['a space before the colon', `${GET}host: x\r\ntransfer-encoding : chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`, ['400']],
  ['a folded header', `${GET}host: x\r\nx: a\r\n b: c\r\n\r\n`, ['400']],
  ['line feeds without carriage returns', 'GET /api/molecules?limit=1 HTTP/1.1\nhost: x\n\n', ['400']],
  ['a carriage return without a line feed', `${GET}host: x\rx-a: b\r\n\r\n`, ['400']],
  [
    'an invalid chunk size',
    `POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n${SMUGGLED}`,
    ['400', '405']
  ],
  ['an incomplete chunk', 'POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\nabc', ['400', '405']],
  ['a NUL in the target', 'GET /\0 HTTP/1.1\r\nhost: x\r\n\r\n', ['400']],
  ['a NUL in a header', `${GET}host: x\r\nx: a\0b\r\n\r\n`, ['400']],
  ['a target in absolute form', 'GET http://evil.example/ HTTP/1.1\r\nhost: x\r\n\r\n', ['200']],
  ['a target in authority form', 'GET evil.example:80 HTTP/1.1\r\nhost: x\r\n\r\n', ['400', '404']],
  ['a target in asterisk form', 'GET * HTTP/1.1\r\nhost: x\r\n\r\n', ['200', '400', '404']],
  ['an unknown HTTP version', 'GET / HTTP/3.7\r\nhost: x\r\n\r\n', ['400']],
  ['the connection preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', ['400']],
  ['a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', ['400']],
  ['no Host', `${GET}\r\n`, ['400']],
  ['two Host headers', `${GET}host: x\r\nHost: y\r\n\r\n`, ['400']],
  ['a header that is too large', `${GET}host: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, ['431']],
  ['too many headers', `${GET}host: x\r\n${'x: y\r\n'.repeat(3_000)}\r\n`, ['431', '200']],
  ['a target that is too long', `GET /?${'a'.repeat(13_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, ['414']],
  ['empty lines', '\r\n\r\n\r\n', []],
  ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nhost: x\r\n\r\n', ['405']],
  ['an upgrade to another protocol', `${GET}host: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`, ['200']]
]

/** Well-formed or nearly so; the random cases are mutations of these. */
const TEMPLATES = [
  `${GET}host: x\r\nx-a: b\r\ncontent-length: 0\r\n\r\n`,
  `${GET}host: x\r\ncontent-length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
  `POST /api/molecules HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nx: y\r\n\r\n${SMUGGLED}`,
  `POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  `${GET}host: x\r\nexpect: 100-continue\r\n\r\n${SMUGGLED}`
].map((text) => Buffer.from(text))

// Before the service starts: generating them blocks the event loop long enough to make it shed load.
const byte = fc.oneof(
  fc.constantFrom(...Buffer.from('\r\n\t\0 :,;+-0123456789abcdefxk')),
  fc.integer({ min: 0, max: 255 })
)
const mutation = fc.tuple(fc.nat(), byte, fc.constantFrom('replace', 'remove', 'insert'))
const mutated = fc
  .tuple(fc.constantFrom(...TEMPLATES), fc.array(mutation, { minLength: 1, maxLength: 6 }))
  .map(([template, mutations]) =>
    mutations.reduce((bytes, [place, value, how]) => {
      const at = place % bytes.length
      const rest = bytes.subarray(how === 'insert' ? at : at + 1)
      return Buffer.concat([bytes.subarray(0, at), how === 'remove' ? Buffer.alloc(0) : Buffer.from([value]), rest])
    }, template)
  )
const noise = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes))
const randomCases = fc.sample(fc.oneof({ weight: 9, arbitrary: mutated }, noise), { numRuns: RANDOM_CASES, seed: SEED })

const upstream = await startUpstream()
t.teardown(() => upstream.close())
const app = await startApp(t, { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'the-key', CLIENT_TIMEOUT: '0.5' })
await app.listen({ host: '127.0.0.1', port: 0 })

/** Sends the bytes and returns all that is received; ends its side at once, with the first byte received, or never. */
async function send(bytes: Buffer, end: 'at once' | 'on data' | 'never'): Promise<string> {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => {})
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => {
    chunks.push(chunk)
    if (end === 'on data') socket.end()
  })
  socket.write(bytes)
  if (end === 'at once') socket.end()
  // Not `once`, which rejects on a reset: the service may close a connection before it has read everything.
  await new Promise((resolve) => socket.on('close', resolve))
  return Buffer.concat(chunks).toString()
}

interface RawResponse {
  status: string
  head: string
  body: string
}

/** Parses responses as a strict client does. Throws for anything else. */
function parseResponses(bytes: string): RawResponse[] {
  const responses: RawResponse[] = []
  let rest = bytes
  while (rest) {
    rest = rest.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '')
    const [head = '', status = ''] = /^HTTP\/1\.1 (\d{3}) [\w ]+\r\n(?:[\w-]+: [^\r\n\0]*\r\n)+\r\n/.exec(rest) ?? []
    const length = /^content-length: (\d+)\r$/im.exec(head)?.[1]
    const body = rest.slice(head.length, head.length + Number(length))
    if (!length || body.length !== Number(length)) throw new Error(`no response: ${JSON.stringify(rest)}`)
    responses.push({ status, head, body })
    rest = rest.slice(head.length + body.length)
  }
  return responses
}

/** Describes what is wrong with a response. */
function findFault({ status, head, body }: RawResponse): string | undefined {
  if (status === '200') return
  if (Number(status) >= 500) return `status ${status}`
  const id = /^x-request-id: (.*)\r$/im.exec(head)?.[1]
  const { message, ...error } = JSON.parse(body)
  if (error.status !== 'error' || error.request_id !== id || !message) return `shape ${body}`
  for (const name of Object.keys(securityHeaders)) if (!head.toLowerCase().includes(`${name}: `)) return `no ${name}`
}

t.test('malformed HTTP gets an error response or closes the connection, and smuggles no request', async (t) => {
  for (const [name, bytes, statuses] of CASES) {
    const received = await send(Buffer.from(bytes, 'latin1'), statuses.length ? 'on data' : 'at once')
    const responses = parseResponses(received)
    const first = responses[0]?.status
    t.ok(first === undefined ? statuses.length === 0 : statuses.includes(first), `${name}: ${first}`)
    t.strictSame(
      responses.flatMap((response) => findFault(response) ?? []),
      [],
      name
    )
  }
  t.notOk(
    upstream.requests.some(({ url }) => url.includes('666')),
    'no request is smuggled'
  )
  t.equal((await app.inject('/api/molecules')).statusCode, 200)
})

t.test('as many pipelined requests as a connection may have are answered once each, in their order', async (t) => {
  const limits = Array.from({ length: 15 }, (_, i) => i + 1)
  const bytes = limits.map((limit) => `GET /api/molecules?limit=${limit} HTTP/1.1\r\nhost: x\r\n\r\n`).join('')
  const responses = parseResponses(await send(Buffer.from(bytes + LAST), 'never'))
  const answered = responses.map(({ head }) => Number(/^link: <[^>]*limit=(\d+)/m.exec(head)?.[1]))
  t.strictSame(answered, [...limits, Number.NaN])
})

t.test('randomly mutated HTTP gets responses of the contract or closes the connection', async (t) => {
  const wrong: unknown[] = []
  const statuses = new Map<string, number>()
  let next = 0
  await runInLoops(
    CLIENTS,
    () => next < randomCases.length && wrong.length < 3,
    async () => {
      const bytes = randomCases[next++] as Buffer
      const received = await send(Buffer.concat([bytes, Buffer.from(LAST)]), 'never')
      try {
        const responses = parseResponses(received)
        const faults = responses.flatMap((response) => findFault(response) ?? [])
        if (!responses.length || faults.length) wrong.push({ faults, received, bytes: bytes.toString('latin1') })
        for (const { status } of responses) statuses.set(status, (statuses.get(status) ?? 0) + 1)
      } catch (error) {
        wrong.push({ error, bytes: bytes.toString('latin1') })
      }
    }
  )
  t.strictSame(wrong, [], `to repeat: FUZZ_SEED=${SEED}`)
  t.equal((await app.inject('/api/molecules')).statusCode, 200)
  t.comment([...statuses].map(([status, times]) => `${status}: ${times}`).join(', '))
  reportFigure(t, `${CASES.length} cases and ${RANDOM_CASES} random ones, seed ${SEED}: no wrong response`)
})
