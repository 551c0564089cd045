// Bodies of any size pass through in both directions, and nobody who is slow or disconnects holds a connection for long.
import { createHash } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { type ClientRequest, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { startApp } from '../../support/service/app.ts'
import { startService } from '../../support/service/process.ts'
import { residentMemory } from '../../support/service/process-info.ts'
import { type BareUpstream, startBareUpstream } from '../../support/upstream/bare-upstream.ts'

const KEY = 'the-key'
const MB = 1024 * 1024
const SIZE = 50 * MB
const BLOCK = Buffer.alloc(64 * 1024, 'abcdefghijklmnopqrstuvwxyz0123456789\n')
/** More of a request's body than is read before a connection is asked for. */
const MORE = Buffer.concat([BLOCK, BLOCK])

/** `size` bytes in blocks that are made as they are read. */
function* blocks(size: number): Generator<Buffer> {
  for (let left = size; left > 0; left -= BLOCK.length) yield BLOCK.subarray(0, left)
}

async function digest(body: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of body) hash.update(chunk)
  return hash.digest('hex')
}

const expected = await digest(Readable.from(blocks(SIZE)))

/** Sends 50 MB to whoever asks for `large`, and responds to what is sent with its digest. */
async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'POST') {
    response.setHeader('x-length', request.headers['content-length'] ?? 'none')
    response.end(await digest(request))
  } else if (request.url?.endsWith('/large')) {
    await pipeline(blocks(SIZE), response)
  } else {
    response.end('[]')
  }
}

async function startGateway(t: Test, upstream: BareUpstream, settings = {}, log?: { lines: string[] }) {
  const app = await startApp(
    t,
    { SUPABASE_URL: upstream.url, SUPABASE_KEY: KEY, GATEWAY: 'all', DB_POOL_MIN_SIZE: '0', ...settings },
    log
  )
  return { app, url: `${await app.listen({ host: '127.0.0.1', port: 0 })}/rest/v1` }
}

interface Sending {
  method?: string
  headers?: Record<string, string | number>
}

function open(url: string, { method = 'GET', headers = {} }: Sending = {}): ClientRequest {
  return httpRequest(url, { method, headers: { apikey: KEY, ...headers }, agent: false })
}

async function responseTo(request: ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return response
}

async function untilIdle({ pool }: FastifyInstance): Promise<void> {
  while (pool.stats().in_use + pool.stats().waiting > 0) await sleep(5)
}

t.test('50 MB pass in both directions, and memory grows by less than 32 MB', async (t) => {
  const upstream = await startBareUpstream(t, serve)
  const service = startService(t, { SUPABASE_URL: upstream.url, SUPABASE_KEY: KEY, GATEWAY: 'all' })
  const url = `${await service.url}/rest/v1`
  const pid = service.child.pid as number
  const growth = async (work: () => Promise<void>) => {
    const before = residentMemory(pid)
    let most = before
    const timer = setInterval(() => {
      most = Math.max(most, residentMemory(pid))
    }, 10)
    await work()
    clearInterval(timer)
    return most - before
  }
  const download = async () => {
    const request = open(`${url}/large`)
    request.end()
    t.equal(await digest(await responseTo(request)), expected)
  }
  const upload = async (headers: Record<string, string | number>, length: string) => {
    const request = open(`${url}/large`, { method: 'POST', headers })
    const [response] = await Promise.all([responseTo(request), pipeline(blocks(SIZE), request)])
    t.equal(response.headers['x-length'], length)
    t.equal(Buffer.concat(await response.toArray()).toString(), expected)
  }
  // Once before, so that its code is compiled and its heap has grown to its usual size.
  await download()
  await upload({}, 'none')
  const figures = {
    download: await growth(download),
    upload: await growth(() => upload({ 'content-length': SIZE }, `${SIZE}`)),
    chunked: await growth(() => upload({}, 'none'))
  }
  t.comment(figures)
  for (const [name, figure] of Object.entries(figures)) t.ok(figure < 32, `${name}: ${figure.toFixed(1)} MB`)
})

t.test('a large response that nobody reads is read ahead for a few MB, and its connection given up', async (t) => {
  let sent = 0
  const upstream = await startBareUpstream(t, async (_request, response) => {
    for (const block of blocks(SIZE)) {
      sent += block.length
      if (!response.write(block)) await new Promise((resolve) => response.once('drain', resolve))
    }
    response.end()
  })
  const { app, url } = await startGateway(t, upstream, { CLIENT_TIMEOUT: '0.3', DB_POOL_MAX_SIZE: '1' })
  const request = open(`${url}/large`)
  request.end()
  const response = await responseTo(request)
  response.pause()
  t.match(app.pool.stats(), { in_use: 1 })
  await untilIdle(app)
  t.ok(sent < 20 * MB, `${sent / MB} MB were sent`)
  t.match(app.pool.stats(), { retired: { broken: 1 } })
  await t.rejects(response.toArray(), { code: 'ECONNRESET' }, 'the client is not told that this was all')
})

t.test('a response of up to 1 MiB that nobody reads holds no connection', async (t) => {
  const upstream = await startBareUpstream(t, (_request, response) => pipeline(blocks(MB), response))
  const { app, url } = await startGateway(t, upstream, { DB_POOL_MAX_SIZE: '1' })
  const request = open(`${url}/large`)
  request.end()
  const response = await responseTo(request)
  response.pause()
  await untilIdle(app)
  t.match(app.pool.stats(), { pool_size: 1, discarded: 0 })
  t.equal(Buffer.concat(await response.toArray()).length, MB)
})

/** Reads what it is sent and responds to it with 50 MB if asked for `large`, however either ends. */
async function serveDisconnecting(request: IncomingMessage, response: ServerResponse): Promise<void> {
  request.on('error', () => {}).resume()
  if (request.url?.endsWith('/large')) await pipeline(blocks(SIZE), response).catch(() => {})
  else request.on('end', () => response.end('[]'))
}

t.test('clients that stall in a large request use up no more than half of the pool', async (t) => {
  const upstream = await startBareUpstream(t, serveDisconnecting)
  const { app, url } = await startGateway(t, upstream, { DB_POOL_MAX_SIZE: '2' })
  const refused = new EventEmitter()
  const requests = [{ 'content-length': SIZE }, {}].map((headers) => open(`${url}/x`, { method: 'POST', headers }))
  for (const request of requests) {
    request
      .on('error', () => {})
      .on('response', (response) => refused.emit('response', response))
      .write(MORE)
  }
  const [[response], bystander] = await Promise.all([
    once(refused, 'response'),
    fetch(`${url}/x`, { headers: { apikey: KEY } })
  ])
  t.equal(bystander.status, 200)
  t.match(app.pool.stats(), { in_use: 1 }, 'one of them still has its connection')
  t.match(response, { statusCode: 503, headers: { connection: 'close', 'retry-after': /^[1-3]$/ } })
  t.match(JSON.parse(Buffer.concat(await response.toArray()).toString()), { code: 'OVERLOADED' })
  for (const request of requests) request.destroy()
  await untilIdle(app)
})

t.test('clients that stall at the beginning of a request use up no connection', async (t) => {
  const upstream = await startBareUpstream(t, serveDisconnecting)
  const { app, url } = await startGateway(t, upstream, { DB_POOL_MAX_SIZE: '1' })
  const requests = [{ 'content-length': SIZE }, {}].map((headers) => open(`${url}/x`, { method: 'POST', headers }))
  for (const request of requests) {
    await new Promise((resolve) => request.on('error', () => {}).write('x', resolve))
  }
  t.equal((await fetch(`${url}/x`, { headers: { apikey: KEY } })).status, 200)
  t.match(app.pool.stats(), { created: 1, in_use: 0 })
  for (const request of requests) request.destroy()
})

t.test('clients that do not read large responses use up no more than half of the pool', async (t) => {
  const upstream = await startBareUpstream(t, serveDisconnecting)
  const { app, url } = await startGateway(t, upstream, { DB_POOL_MAX_SIZE: '2' })
  const requests = [open(`${url}/large`), open(`${url}/large`, { headers: { prefer: 'not to share' } })]
  for (const request of requests) request.end()
  for (const response of await Promise.all(requests.map(responseTo))) response.on('error', () => {}).pause()
  t.match(app.pool.stats(), { in_use: 2 })

  t.equal((await fetch(`${url}/x`, { headers: { apikey: KEY } })).status, 200)
  t.match(app.pool.stats(), { in_use: 1 }, 'one of them still has its connection')
  for (const request of requests) request.destroy()
  await untilIdle(app)
})

t.test(
  'what is read ahead of a client counts as memory of responses, and is refused where there is none left',
  async (t) => {
    const upstream = await startBareUpstream(t, (request, response) => serve(request, response).catch(() => {}))
    const { app, url } = await startGateway(t, upstream)
    const { responseMemory } = app
    const request = open(`${url}/large`)
    request.end()
    const response = await responseTo(request)
    t.equal(responseMemory.used, MB)
    t.equal(await digest(response), expected)
    await untilIdle(app)
    t.equal(responseMemory.used, 0)

    const taken = responseMemory.grow(0, responseMemory.limit / 2)
    const refused = await fetch(`${url}/large`, { headers: { apikey: KEY } })
    t.equal(refused.status, 503)
    t.match(await refused.json(), { code: 'OVERLOADED' })
    await untilIdle(app)
    t.equal(responseMemory.used, taken)
  }
)

t.test('a client that disconnects frees its connection, wherever its request is', async (t) => {
  const events = new EventEmitter()
  const upstream = await startBareUpstream(t, async (request, response) => {
    response.on('close', () => events.emit('closed'))
    events.emit('arrived')
    if (request.url?.includes('silent')) return
    if (request.method === 'POST') {
      request.on('error', () => {}).resume()
      return
    }
    await pipeline(blocks(SIZE), response).catch(() => {})
  })
  const { app, url } = await startGateway(t, upstream, { DB_POOL_MAX_SIZE: '1' })

  const before = open(`${url}/silent`)
  before.on('error', () => {}).end()
  await once(events, 'arrived')
  const queued = open(`${url}/queued`)
  queued.on('error', () => {}).end()
  while (app.pool.stats().waiting === 0) await sleep(5)
  queued.destroy()
  while (app.pool.stats().waiting > 0) await sleep(5)
  t.match(app.pool.stats(), { in_use: 1 }, 'while it waits')
  before.destroy()
  await Promise.all([once(events, 'closed'), untilIdle(app)])
  t.pass('before the response')

  const during = open(`${url}/large`)
  during.on('error', () => {}).end()
  await once(await responseTo(during), 'data')
  during.destroy()
  await Promise.all([once(events, 'closed'), untilIdle(app)])
  t.pass('in the response')

  const small = open(`${url}/x`, { method: 'POST', headers: { 'content-length': 100 } })
  small.on('error', () => {}).write('x')
  await sleep(50)
  t.match(app.pool.stats(), { in_use: 0 }, 'a small body is read before a connection is asked for')
  small.destroy()

  const uploading = open(`${url}/x`, { method: 'POST', headers: { 'content-length': SIZE } })
  uploading.on('error', () => {}).write(MORE)
  await once(events, 'arrived')
  uploading.destroy()
  await Promise.all([once(events, 'closed'), untilIdle(app)])
  t.pass('in its own body')
})

t.test('a response before the end of the body passes, and ends the connection of the client', async (t) => {
  const upstream = await startBareUpstream(t, (_request, response) => {
    response.writeHead(413, { 'content-type': 'application/json' }).end('{"message":"too large"}')
  })
  const { app, url } = await startGateway(t, upstream)
  const request = open(`${url}/x`, { method: 'POST', headers: { 'content-length': SIZE } })
  request.on('error', () => {}).write(MORE)
  const response = await responseTo(request)
  t.match(response, { statusCode: 413, headers: { connection: 'close' } })
  t.equal(Buffer.concat(await response.toArray()).toString(), '{"message":"too large"}')
  await untilIdle(app)
})

t.test('a failure before the response is an error in the shape of PostgREST, also while a body is sent', async (t) => {
  const upstream = await startBareUpstream(t, async (request) => {
    await once(request, 'data')
    request.socket.resetAndDestroy()
  })
  const { url } = await startGateway(t, upstream)
  const request = open(`${url}/x`, { method: 'POST', headers: { 'content-length': SIZE } })
  request.on('error', () => {}).write(MORE)
  const response = await responseTo(request)
  t.match(response, { statusCode: 502, headers: { connection: 'close' } })
  const error = JSON.parse(Buffer.concat(await response.toArray()).toString())
  t.match(error, { code: 'UPSTREAM_CONNECTION_LOST', message: /./, details: null, hint: null })
})

t.test('what responses vary by passes, however it is written', async (t) => {
  const upstream = await startBareUpstream(t, (request, response) => {
    response.setHeader('vary', JSON.parse(decodeURIComponent(request.url?.split('?')[1] as string)))
    response.end('[]')
  })
  const { url } = await startGateway(t, upstream)
  for (const [vary, expected] of [
    ['Accept, Prefer', 'Accept, Prefer'],
    [['Accept, Prefer', 'Range'], 'Accept, Prefer, Range'],
    [' , Accept,,', 'Accept'],
    ['', ''],
    ['Accept Prefer', '*'],
    ['*', '*']
  ]) {
    const query = encodeURIComponent(JSON.stringify(vary))
    const response = await fetch(`${url}/x?${query}`, { headers: { apikey: KEY } })
    t.equal(response.status, 200)
    t.equal(response.headers.get('vary'), expected)
  }
})

t.test('a status that does not exist is an invalid response', async (t) => {
  const upstream = await startBareUpstream(t, (_request, response) => response.writeHead(600).end('a body'))
  const { app, url } = await startGateway(t, upstream)
  const response = await fetch(`${url}/x`, { headers: { apikey: KEY } })
  t.equal(response.status, 502)
  t.match(await response.json(), { code: 'UPSTREAM_INVALID_ANSWER' })
  await untilIdle(app)
})

t.test('a larger response that breaks off, or stalls, breaks off for the client too', async (t) => {
  for (const end of ['breaks off', 'stalls'] as const) {
    const upstream = await startBareUpstream(t, (_request, response) => {
      response.write(BLOCK)
      response.write(BLOCK, () => end === 'breaks off' && response.destroy())
    })
    const { app, url } = await startGateway(t, upstream, { SUPABASE_REQUEST_TIMEOUT: '0.3' })
    const request = open(`${url}/large`)
    request.end()
    await t.rejects((await responseTo(request)).toArray(), { code: 'ECONNRESET' }, end)
    await untilIdle(app)
  }
})

t.test('a small response that breaks off, or stalls, is an error', async (t) => {
  for (const [end, status] of [
    ['breaks off', 502],
    ['stalls', 504]
  ] as const) {
    const upstream = await startBareUpstream(t, (_request, response) => {
      response.write('[', () => end === 'breaks off' && response.destroy())
    })
    const { url } = await startGateway(t, upstream, { SUPABASE_REQUEST_TIMEOUT: '0.3' })
    const response = await fetch(`${url}/x`, { headers: { apikey: KEY } })
    t.equal(response.status, status, end)
    t.match(await response.json(), { code: /UPSTREAM/, details: null, hint: null })
  }
})
