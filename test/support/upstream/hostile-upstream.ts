import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const JSON_HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-range: 0-0/*\r\n'
const ROWS = '[{"id":1}]'
const OK = `${JSON_HEAD}content-length: ${ROWS.length}\r\n\r\n${ROWS}`
const FIFTY_MB = 50 * 1024 * 1024

interface Behaviour {
  /** What the service's client gets then. */
  status: number
  retryAfter?: string
  answer(socket: Socket): unknown
}

/** What Supabase, or what stands before it, may do to a request. */
export const BEHAVIOURS = {
  answers: { status: 200, answer: (socket) => socket.write(OK) },
  'closes after the answer': { status: 200, answer: (socket) => socket.end(OK.replace('\r\n\r\n', CLOSE())) },
  'closes unannounced': { status: 200, answer: (socket) => socket.end(OK) },
  'resets before the answer': { status: 502, answer: (socket) => socket.resetAndDestroy() },
  'closes before the answer': { status: 502, answer: (socket) => socket.end() },
  'resets in the answer': {
    status: 502,
    answer: (socket) => socket.write(`${JSON_HEAD}content-length: 100\r\n\r\n[`, () => socket.resetAndDestroy())
  },
  'truncates the body': { status: 502, answer: (socket) => socket.end(`${JSON_HEAD}content-length: 100\r\n\r\n[`) },
  'truncates the JSON': { status: 502, answer: (socket) => socket.write(withBody('[{"id":1}')) },
  'breaks a chunk': {
    status: 502,
    answer: (socket) => socket.write(`${JSON_HEAD}transfer-encoding: chunked\r\n\r\nzz\r\n[]\r\n`)
  },
  'stalls before the answer': { status: 504, answer: () => {} },
  'stalls in the answer': {
    status: 504,
    answer: (socket) => socket.write(`${JSON_HEAD}content-length: 100\r\n\r\n[`)
  },
  drips: { status: 504, answer: drip },
  'speaks another protocol': { status: 502, answer: (socket) => socket.write('SSH-2.0-OpenSSH_9.9\r\n') },
  'answers in HTML': {
    status: 502,
    answer: (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>')
  },
  'answers HTML under an error': {
    status: 502,
    answer: (socket) => socket.write('HTTP/1.1 522 \r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>')
  },
  'answers 429': { status: 503, retryAfter: '1', answer: (socket) => socket.write(refusal(429)) },
  'answers 429 and when': {
    status: 503,
    retryAfter: '7',
    answer: (socket) => socket.write(refusal(429, 'retry-after: 7\r\n'))
  },
  'answers 503': { status: 503, retryAfter: '1', answer: (socket) => socket.write(refusal(503)) },
  'answers 503 and when': {
    status: 503,
    retryAfter: '9',
    answer: (socket) => socket.write(refusal(503, 'retry-after: 9\r\n'))
  },
  'floods with headers': {
    status: 502,
    answer: (socket) => socket.write(`${JSON_HEAD}${'x-flood: flood\r\n'.repeat(10_000)}\r\n`)
  },
  'sends 50 MB': { status: 502, answer: sendFiftyMegabytes },
  // The next request on that connection finds nobody.
  'goes away after the answer': {
    status: 200,
    answer: (socket) => {
      gone.add(socket)
      socket.write(OK)
    }
  }
} satisfies Record<string, Behaviour>

export type BehaviourName = keyof typeof BEHAVIOURS

/** Sockets that answer nothing any more. */
const gone = new WeakSet<Socket>()

function CLOSE(): string {
  return '\r\nconnection: close\r\n\r\n'
}

function withBody(body: string): string {
  return `${JSON_HEAD}content-length: ${body.length}\r\n\r\n${body}`
}

function refusal(status: number, headers = ''): string {
  return `HTTP/1.1 ${status} \r\ncontent-type: application/json\r\n${headers}content-length: 2\r\n\r\n{}`
}

async function drip(socket: Socket): Promise<void> {
  socket.write(`${JSON_HEAD}transfer-encoding: chunked\r\n\r\n1\r\n[\r\n`)
  while (!socket.destroyed) {
    await sleep(50)
    socket.write('1\r\n \r\n')
  }
}

async function sendFiftyMegabytes(socket: Socket): Promise<void> {
  const piece = Buffer.alloc(1024 * 1024, '1')
  socket.write(`${JSON_HEAD}content-length: ${FIFTY_MB}\r\n\r\n`)
  for (let sent = 0; sent < FIFTY_MB && !socket.destroyed; sent += piece.length) {
    await new Promise((resolve) => socket.write(piece, resolve))
  }
}

/**
 * A Supabase that misbehaves on demand: a request whose `offset` ends in the two digits of a behaviour's place in
 * `BEHAVIOURS` is treated like that.
 */
export async function startHostileUpstream() {
  const behaviours: Behaviour[] = Object.values(BEHAVIOURS)
  const sockets = new Set<Socket>()
  const victims = new Set<number>()
  let peak = 0

  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    notePeak()
    let text = ''
    socket.on('data', (data) => {
      text += data.toString('latin1')
      if (!text.includes('\r\n\r\n')) return
      const offset = Number(/[?&]offset=(\d+)/.exec(text)?.[1] ?? 0)
      text = ''
      if (gone.has(socket)) victims.add(offset)
      else behaviours[offset % 100]?.answer(socket)
    })
  })

  /** The end of one socket and the beginning of the next may be told in any order; what stays together was together. */
  async function notePeak(): Promise<void> {
    const together = [...sockets]
    await sleep(20)
    peak = Math.max(peak, together.filter((socket) => sockets.has(socket)).length)
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Offsets of requests that came over a connection with nobody at its end. */
    victims,
    /** The most sockets that were open at the same time. */
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
