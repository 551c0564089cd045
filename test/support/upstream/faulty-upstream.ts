import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const JSON_HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-range: 0-0/*\r\n'
const ROWS = '[{"id":1}]'
const OK = `${JSON_HEAD}content-length: ${ROWS.length}\r\n\r\n${ROWS}`
const LARGE_BODY_BYTES = 50 * 1024 * 1024

interface Behavior {
  /** The status that the service's client gets. */
  status: number
  retryAfter?: string
  respond(socket: Socket): unknown
}

/** What Supabase, or a proxy in front of it, may do with a request. */
export const BEHAVIORS = {
  responds: { status: 200, respond: (socket) => socket.write(OK) },
  'closes after the response': {
    status: 200,
    respond: (socket) => socket.end(OK.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'))
  },
  'closes after the response, unannounced': { status: 200, respond: (socket) => socket.end(OK) },
  'resets before the response': { status: 502, respond: (socket) => socket.resetAndDestroy() },
  'closes before the response': { status: 502, respond: (socket) => socket.end() },
  'resets during the response': {
    status: 502,
    respond: (socket) => socket.write(`${JSON_HEAD}content-length: 100\r\n\r\n[`, () => socket.resetAndDestroy())
  },
  'truncates the body': { status: 502, respond: (socket) => socket.end(`${JSON_HEAD}content-length: 100\r\n\r\n[`) },
  'truncates the JSON': { status: 502, respond: (socket) => socket.write(withBody('[{"id":1}')) },
  'sends an invalid chunk': {
    status: 502,
    respond: (socket) => socket.write(`${JSON_HEAD}transfer-encoding: chunked\r\n\r\nzz\r\n[]\r\n`)
  },
  'stalls before the response': { status: 504, respond: () => {} },
  'stalls during the response': {
    status: 504,
    respond: (socket) => socket.write(`${JSON_HEAD}content-length: 100\r\n\r\n[`)
  },
  'sends a byte at a time': { status: 504, respond: sendByteByByte },
  'speaks another protocol': { status: 502, respond: (socket) => socket.write('SSH-2.0-OpenSSH_9.9\r\n') },
  'responds with HTML': {
    status: 502,
    respond: (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>')
  },
  'responds with an HTML error page': {
    status: 502,
    respond: (socket) => socket.write('HTTP/1.1 522 \r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>')
  },
  'responds with 429': { status: 503, retryAfter: '1', respond: (socket) => socket.write(errorResponse(429)) },
  'responds with 429 and Retry-After': {
    status: 503,
    retryAfter: '7',
    respond: (socket) => socket.write(errorResponse(429, 'retry-after: 7\r\n'))
  },
  'responds with 503': { status: 503, retryAfter: '1', respond: (socket) => socket.write(errorResponse(503)) },
  'responds with 503 and Retry-After': {
    status: 503,
    retryAfter: '9',
    respond: (socket) => socket.write(errorResponse(503, 'retry-after: 9\r\n'))
  },
  'sends too many headers': {
    status: 502,
    respond: (socket) => socket.write(`${JSON_HEAD}${'x-flood: flood\r\n'.repeat(10_000)}\r\n`)
  },
  'sends a body of 50 MB': { status: 502, respond: sendLargeBody },
  // Every later request on that connection gets no response.
  'stops responding after the response': {
    status: 200,
    respond: (socket) => {
      unresponsive.add(socket)
      socket.write(OK)
    }
  }
} satisfies Record<string, Behavior>

export type BehaviorName = keyof typeof BEHAVIORS

const unresponsive = new WeakSet<Socket>()

function withBody(body: string): string {
  return `${JSON_HEAD}content-length: ${body.length}\r\n\r\n${body}`
}

function errorResponse(status: number, headers = ''): string {
  return `HTTP/1.1 ${status} \r\ncontent-type: application/json\r\n${headers}content-length: 2\r\n\r\n{}`
}

async function sendByteByByte(socket: Socket): Promise<void> {
  socket.write(`${JSON_HEAD}transfer-encoding: chunked\r\n\r\n1\r\n[\r\n`)
  while (!socket.destroyed) {
    await sleep(50)
    socket.write('1\r\n \r\n')
  }
}

async function sendLargeBody(socket: Socket): Promise<void> {
  const chunk = Buffer.alloc(1024 * 1024, '1')
  socket.write(`${JSON_HEAD}content-length: ${LARGE_BODY_BYTES}\r\n\r\n`)
  for (let sent = 0; sent < LARGE_BODY_BYTES && !socket.destroyed; sent += chunk.length) {
    await new Promise((resolve) => socket.write(chunk, resolve))
  }
}

/**
 * A Supabase that misbehaves on demand: the last two digits of a request's `offset` are the index of its behavior in
 * `BEHAVIORS`.
 */
export async function startFaultyUpstream() {
  const behaviors: Behavior[] = Object.values(BEHAVIORS)
  const sockets = new Set<Socket>()
  const unanswered = new Set<number>()
  let peak = 0

  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    recordPeak()
    let text = ''
    socket.on('data', (data) => {
      text += data.toString('latin1')
      if (!text.includes('\r\n\r\n')) return
      const offset = Number(/[?&]offset=(\d+)/.exec(text)?.[1] ?? 0)
      text = ''
      if (unresponsive.has(socket)) unanswered.add(offset)
      else behaviors[offset % 100]?.respond(socket)
    })
  })

  /** The events of one socket's end and the next one's start may come in either order, so only lasting overlap counts. */
  async function recordPeak(): Promise<void> {
    const concurrent = [...sockets]
    await sleep(20)
    peak = Math.max(peak, concurrent.filter((socket) => sockets.has(socket)).length)
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Offsets of requests on connections that had stopped responding. */
    unanswered,
    /** The greatest number of concurrently open sockets. */
    get peak() {
      return peak
    },
    close: async () => {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    }
  }
}
