// A server closes idle connections at the moment of the next request: no GET fails, and no POST is sent twice.
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { HeaderConnectionPool } from '../../src/pool/header-connection-pool.ts'
import { reportFigure, scale } from '../support/load/deep-tests.ts'
import { socketPool } from '../support/pool/socket-pool.ts'

/** Concurrent requests, each over its own connection: afterwards all connections have idled equally long. */
const LARGE_BURST = 5
/** Fewer than there are connections: a request that is sent again may meet another stale one. */
const SMALL_BURST = 2
const RESPONSE_END = 'content-type: application/json\r\ncontent-length: 2\r\n\r\n[]'

interface KeepAlive {
  /** How long the server keeps an idle connection. */
  timeoutMs: number
  /** The header that announces it. */
  header: string
  /** When the pool itself retires an idle connection. Requests are sent around both moments. */
  retireMs: number
  /** Concurrent pools. */
  pools: number
  /** Bursts that each pool sends. */
  rounds: number
}

const keepAlives: Record<string, KeepAlive> = {
  unannounced: { timeoutMs: 40, header: '', retireMs: 40, pools: 10, rounds: scale(40, 600) },
  announced: {
    timeoutMs: 1_000,
    header: 'keep-alive: timeout=1\r\n',
    retireMs: 500,
    pools: scale(50, 100),
    rounds: scale(4, 60)
  }
}

async function startServer({ timeoutMs, header }: KeepAlive) {
  const sockets = new Set<Socket>()
  const posts: string[] = []
  let closed = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    let idleTimer: NodeJS.Timeout | undefined
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(idleTimer)
      sockets.delete(socket)
    })
    socket.on('data', (data) => {
      clearTimeout(idleTimer)
      const [, post] = /^POST \/(\S+)/.exec(data.toString()) ?? []
      if (post) posts.push(post)
      socket.write(`HTTP/1.1 200 OK\r\n${header}${RESPONSE_END}`)
      idleTimer = setTimeout(() => {
        // With FIN or RST.
        if (closed++ % 2) socket.end()
        else socket.resetAndDestroy()
      }, timeoutMs)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts,
    /** How often it has closed an idle connection. */
    get closed() {
      return closed
    },
    close: async () => {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    }
  }
}

for (const [name, keepAlive] of Object.entries(keepAlives)) {
  t.test(`with an ${name} keep-alive timeout of the server, no GET fails and no POST is sent twice`, async (t) => {
    const server = await startServer(keepAlive)
    const { timeoutMs, retireMs, rounds } = keepAlive
    const pools = Array.from({ length: keepAlive.pools }, () => socketPool(server.origin, { maxSize: LARGE_BURST }))
    const failures: unknown[] = []
    let gets = 0
    let lostPosts = 0

    const send = async (pool: HeaderConnectionPool, method: 'GET' | 'POST', path: string) => {
      const { statusCode, body } = await pool.request({ origin: server.origin, path, method })
      if (statusCode !== 200 || (await body.text()) !== '[]') throw new Error(`${statusCode}`)
    }
    const sendBursts = async (pool: HeaderConnectionPool, number: number) => {
      for (let round = 0; round < rounds; round++) {
        const ids = Array.from({ length: round % 2 ? SMALL_BURST : LARGE_BURST }, (_, i) => `${number}-${round}-${i}`)
        if (round % 10 === 9) {
          const results = await Promise.allSettled(ids.map((id) => send(pool, 'POST', `/${id}`)))
          lostPosts += results.filter(({ status }) => status === 'rejected').length
        } else {
          gets += ids.length
          const results = await Promise.allSettled(ids.map((id) => send(pool, 'GET', `/${id}`)))
          for (const result of results) if (result.status === 'rejected') failures.push(result.reason)
        }
        const idleMs = round % 4 < 2 ? timeoutMs : retireMs
        await sleep(idleMs - 2 + Math.random() * 4)
      }
    }
    await Promise.all(pools.map(sendBursts))
    const posts = new Set(server.posts).size
    const lost = pools.map((pool) => pool.stats().retired).reduce((sum, { lost, broken }) => sum + lost + broken, 0)
    await Promise.all(pools.map((pool) => pool.destroy()))
    await server.close()

    t.strictSame(failures.slice(0, 3), [], 'no GET fails')
    t.equal(posts, server.posts.length, 'no POST is sent twice')
    reportFigure(
      t,
      `${gets} GETs, ${failures.length} failed; ${posts} POSTs, none sent twice, ${lostPosts} lost; ` +
        `${lost} connections closed under the pool`
    )
  })
}
