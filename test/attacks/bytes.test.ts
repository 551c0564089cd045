// Bytes that no client should send: each connection gets a proper refusal or is closed, nothing is smuggled, and the next
// client is served.
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import fc from 'fast-check'
import t from 'tap'
import { startApp } from '../support/app.ts'
import { figure, scale } from '../support/proof.ts'
import { startUpstream } from '../support/upstream.ts'

const SEED = Number(process.env.ATTACK_SEED ?? Date.now() % 2 ** 31)
const RANDOM = scale(300, 10_000)

const GET = 'GET /api/molecules?limit=1 HTTP/1.1\r\n'
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
  ['a long target', `GET /?${'a'.repeat(10_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, ['414']],
  ['nothing', '\r\n\r\n\r\n', []],
  ['a proxy is asked for', 'CONNECT evil.example:443 HTTP/1.1\r\nhost: x\r\n\r\n', ['405']],
  ['another protocol is asked for', `${GET}host: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`, ['200']]
]

const upstream = await startUpstream()
t.teardown(() => upstream.close())
const app = await startApp(t, { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'the-key' })
await app.listen({ host: '127.0.0.1', port: 0 })

/** Sends the bytes and gives all that comes back; says that there is no more, at once or when an answer begins. */
async function send(bytes: Buffer, { patient = false } = {}): Promise<string> {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => {})
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => {
    chunks.push(chunk)
    socket.end()
  })
  if (patient) socket.write(bytes)
  else socket.end(bytes)
  await once(socket, 'close')
  return Buffer.concat(chunks).toString()
}

/** What is wrong with an answer. */
function faultOf(answer: string): string | undefined {
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  const [, status = ''] = /^HTTP\/1\.1 (\d{3}) /.exec(head) ?? []
  if (answer === '' || status === '200') return
  if (Number(status) >= 500 || status === '') return `status ${status}`
  const id = /^x-request-id: (.*)$/im.exec(head)?.[1]
  const { message, ...error } = JSON.parse(body.split('HTTP/1.1 ')[0] as string)
  if (error.status !== 'error' || error.request_id !== id || !message) return `shape ${answer}`
}

t.test('attacks by bytes', async (t) => {
  for (const [name, bytes, statuses] of ATTACKS) {
    const answer = await send(Buffer.from(bytes, 'latin1'), { patient: statuses.length > 0 })
    const [first] = [...answer.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => status as string)
    t.ok(first === undefined ? statuses.length === 0 : statuses.includes(first), `${name}: ${first}`)
    t.equal(faultOf(answer), undefined, name)
  }
  t.notOk(
    upstream.requests.some(({ url }) => url.includes('666')),
    'nothing was smuggled'
  )
  t.equal((await app.inject('/api/molecules')).statusCode, 200)
})

t.test('attacks by random bytes', async (t) => {
  const valid = Buffer.from(`${GET}host: x\r\nx-a: b\r\ncontent-length: 0\r\n\r\n`)
  const byte = fc.integer({ min: 0, max: 255 })
  const change = fc.tuple(fc.integer({ min: 0, max: valid.length - 1 }), byte, fc.integer({ min: 0, max: 2 }))
  const bent = fc.array(change, { minLength: 1, maxLength: 6 }).map((changes) =>
    changes.reduce((bytes, [at, value, how]) => {
      const rest = bytes.subarray(at + (how === 2 ? 0 : 1))
      return Buffer.concat([bytes.subarray(0, at), how === 1 ? Buffer.alloc(0) : Buffer.from([value]), rest])
    }, valid)
  )
  const noise = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes))
  const wrong: unknown[] = []
  for (const bytes of fc.sample(fc.oneof({ weight: 4, arbitrary: bent }, noise), { numRuns: RANDOM, seed: SEED })) {
    const fault = faultOf(await send(bytes))
    if (fault) wrong.push({ fault, bytes: bytes.toString('latin1') })
  }
  t.strictSame(wrong.slice(0, 3), [], `seed ${SEED}`)
  t.equal((await app.inject('/api/molecules')).statusCode, 200)
  figure(t, `${ATTACKS.length} shapes and ${RANDOM} random ones, seed ${SEED}: none answered wrongly`)
})
