// Bytes that no client should send: each connection gets a proper refusal or is closed, nothing is smuggled, and the next
// client is served.
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import fc from 'fast-check'
import t from 'tap'
import { securityHeaders } from '../../src/http/security-headers.ts'
import { runInLoops } from '../support/load/clients.ts'
import { reportFigure, scale } from '../support/load/deep-tests.ts'
import { startApp } from '../support/service/app.ts'
import { startUpstream } from '../support/upstream/upstream.ts'

const SEED = Number(process.env.ATTACK_SEED ?? Date.now() % 2 ** 31)
const CLIENTS = 50
const RANDOM = scale(1_000, 20_000)

const GET = 'GET /api/molecules?limit=1 HTTP/1.1\r\n'
/** The last request on a connection. */
const LAST = 'GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'
const SMUGGLED = 'GET /api/molecules?limit=666 HTTP/1.1\r\nhost: x\r\n\r\n'

/** Name, bytes, and what may come of it: statuses of the answers, in order; none means that the connection is closed. */
const ATTACKS: [name: string, bytes: string, statuses: string[]][] = [
  [
    'a length and chunks',
    `${GET}host: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ['400']
  ],
  [
    'two lengths',
    `${GET}host: x\r\ncontent-length: 0\r\ncontent-length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
    ['400']
  ],
  ['a length of many kinds', `${GET}host: x\r\ncontent-length: +5\r\n\r\n${SMUGGLED}`, ['400']],
  ['an unknown coding', `${GET}host: x\r\ntransfer-encoding: xchunked\r\n\r\n${SMUGGLED}`, ['400']],
  ['two codings', `${GET}host: x\r\ntransfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n${SMUGGLED}`, ['400']],
  ['a coding behind a tab', `${GET}host: x\r\ntransfer-encoding:\x0bchunked\r\n\r\n0\r\n\r\n`, ['400']],
  ['a space before the colon', `${GET}host: x\r\ntransfer-encoding : chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`, ['400']],
  ['a folded header', `${GET}host: x\r\nx: a\r\n b: c\r\n\r\n`, ['400']],
  ['line feeds alone', 'GET /api/molecules?limit=1 HTTP/1.1\nhost: x\n\n', ['400']],
  ['carriage returns alone', `${GET}host: x\rx-a: b\r\n\r\n`, ['400']],
  ['a bad chunk', `POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n${SMUGGLED}`, ['400', '405']],
  [
    'a chunk without an end',
    'POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\nabc',
    ['400', '405']
  ],
  ['a NUL in the target', 'GET /\0 HTTP/1.1\r\nhost: x\r\n\r\n', ['400']],
  ['a NUL in a header', `${GET}host: x\r\nx: a\0b\r\n\r\n`, ['400']],
  ['a target in absolute form', 'GET http://evil.example/ HTTP/1.1\r\nhost: x\r\n\r\n', ['200']],
  ['an authority for a target', 'GET evil.example:80 HTTP/1.1\r\nhost: x\r\n\r\n', ['400', '404']],
  ['an asterisk for a target', 'GET * HTTP/1.1\r\nhost: x\r\n\r\n', ['200', '400', '404']],
  ['another version', 'GET / HTTP/3.7\r\nhost: x\r\n\r\n', ['400']],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', ['400']],
  ['a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', ['400']],
  ['no host', `${GET}\r\n`, ['400']],
  ['two hosts', `${GET}host: x\r\nHost: y\r\n\r\n`, ['400']],
  ['large headers', `${GET}host: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, ['431']],
  ['many headers', `${GET}host: x\r\n${'x: y\r\n'.repeat(3_000)}\r\n`, ['431', '200']],
  ['a long target', `GET /?${'a'.repeat(13_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, ['414']],
  ['nothing', '\r\n\r\n\r\n', []],
  ['a proxy is asked for', 'CONNECT evil.example:443 HTTP/1.1\r\nhost: x\r\n\r\n', ['405']],
  ['another protocol is asked for', `${GET}host: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`, ['200']]
]

/** Well-formed, or nearly: what the random ones begin as. */
const TEMPLATES = [
  `${GET}host: x\r\nx-a: b\r\ncontent-length: 0\r\n\r\n`,
  `${GET}host: x\r\ncontent-length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
  `POST /api/molecules HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nx: y\r\n\r\n${SMUGGLED}`,
  `POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  `${GET}host: x\r\nexpect: 100-continue\r\n\r\n${SMUGGLED}`
].map((text) => Buffer.from(text))

// Before the service starts: sampling blocks the event loop for so long that the service would shed load.
const byte = fc.oneof(
  fc.constantFrom(...Buffer.from('\r\n\t\0 :,;+-0123456789abcdefxk')),
  fc.integer({ min: 0, max: 255 })
)
const change = fc.tuple(fc.nat(), byte, fc.constantFrom('replace', 'remove', 'insert'))
const bent = fc
  .tuple(fc.constantFrom(...TEMPLATES), fc.array(change, { minLength: 1, maxLength: 6 }))
  .map(([template, changes]) =>
    changes.reduce((bytes, [place, value, how]) => {
      const at = place % bytes.length
      const rest = bytes.subarray(how === 'insert' ? at : at + 1)
      return Buffer.concat([bytes.subarray(0, at), how === 'remove' ? Buffer.alloc(0) : Buffer.from([value]), rest])
    }, template)
  )
const noise = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes))
const attacks = fc.sample(fc.oneof({ weight: 9, arbitrary: bent }, noise), { numRuns: RANDOM, seed: SEED })

const upstream = await startUpstream()
t.teardown(() => upstream.close())
const app = await startApp(t, { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'the-key', CLIENT_TIMEOUT: '0.5' })
await app.listen({ host: '127.0.0.1', port: 0 })

/** Sends the bytes and gives all that comes back; says that there is no more at once, when an answer begins, or never. */
async function send(bytes: Buffer, end: 'at once' | 'when answered' | 'never'): Promise<string> {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => {})
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => {
    chunks.push(chunk)
    if (end === 'when answered') socket.end()
  })
  socket.write(bytes)
  if (end === 'at once') socket.end()
  await once(socket, 'close')
  return Buffer.concat(chunks).toString()
}

interface RawAnswer {
  status: string
  head: string
  body: string
}

/** What a strict client makes of all that came back. Throws for bytes that belong to no answer. */
function answersIn(bytes: string): RawAnswer[] {
  const answers: RawAnswer[] = []
  let rest = bytes
  while (rest) {
    rest = rest.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '')
    const [head = '', status = ''] = /^HTTP\/1\.1 (\d{3}) [\w ]+\r\n(?:[\w-]+: [^\r\n\0]*\r\n)+\r\n/.exec(rest) ?? []
    const length = /^content-length: (\d+)\r$/im.exec(head)?.[1]
    const body = rest.slice(head.length, head.length + Number(length))
    if (!length || body.length !== Number(length)) throw new Error(`no answer: ${JSON.stringify(rest)}`)
    answers.push({ status, head, body })
    rest = rest.slice(head.length + body.length)
  }
  return answers
}

/** What is wrong with an answer. */
function faultOf({ status, head, body }: RawAnswer): string | undefined {
  if (status === '200') return
  if (Number(status) >= 500) return `status ${status}`
  const id = /^x-request-id: (.*)\r$/im.exec(head)?.[1]
  const { message, ...error } = JSON.parse(body)
  if (error.status !== 'error' || error.request_id !== id || !message) return `shape ${body}`
  for (const name of Object.keys(securityHeaders)) if (!head.toLowerCase().includes(`${name}: `)) return `no ${name}`
}

t.test('attacks by bytes', async (t) => {
  for (const [name, bytes, statuses] of ATTACKS) {
    const answer = await send(Buffer.from(bytes, 'latin1'), statuses.length ? 'when answered' : 'at once')
    const answers = answersIn(answer)
    const first = answers[0]?.status
    t.ok(first === undefined ? statuses.length === 0 : statuses.includes(first), `${name}: ${first}`)
    t.strictSame(
      answers.flatMap((one) => faultOf(one) ?? []),
      [],
      name
    )
  }
  t.notOk(
    upstream.requests.some(({ url }) => url.includes('666')),
    'nothing was smuggled'
  )
  t.equal((await app.inject('/api/molecules')).statusCode, 200)
})

t.test('requests that come at once are answered in their order, each once', async (t) => {
  const limits = Array.from({ length: 100 }, (_, i) => i + 1)
  const bytes = limits.map((limit) => `GET /api/molecules?limit=${limit} HTTP/1.1\r\nhost: x\r\n\r\n`).join('')
  const answers = answersIn(await send(Buffer.from(bytes + LAST), 'never'))
  const answered = answers.map(({ head }) => Number(/^link: <[^>]*limit=(\d+)/m.exec(head)?.[1]))
  t.strictSame(answered, [...limits, Number.NaN])
})

t.test('attacks by random bytes', async (t) => {
  const wrong: unknown[] = []
  const statuses = new Map<string, number>()
  let next = 0
  await runInLoops(
    CLIENTS,
    () => next < attacks.length && wrong.length < 3,
    async () => {
      const bytes = attacks[next++] as Buffer
      const received = await send(Buffer.concat([bytes, Buffer.from(LAST)]), 'never')
      try {
        const answers = answersIn(received)
        const faults = answers.flatMap((answer) => faultOf(answer) ?? [])
        if (!answers.length || faults.length) wrong.push({ faults, received, bytes: bytes.toString('latin1') })
        for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1)
      } catch (error) {
        wrong.push({ error, bytes: bytes.toString('latin1') })
      }
    }
  )
  t.strictSame(wrong, [], `again with ATTACK_SEED=${SEED}`)
  t.equal((await app.inject('/api/molecules')).statusCode, 200)
  t.comment([...statuses].map(([status, times]) => `${status}: ${times}`).join(', '))
  reportFigure(t, `${ATTACKS.length} shapes and ${RANDOM} random ones, seed ${SEED}: none answered wrongly`)
})
