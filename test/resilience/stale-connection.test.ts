// A server closes idle connections just when the next requests come: no GET fails, no POST is sent twice.
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { HeaderConnectionPool } from '../../src/pool/header-connection-pool.ts'
import { figure, scale } from '../support/load/deep.ts'
import { socketPool } from '../support/pool/socket-pool.ts'

/** Requests that come together, each over a connection of its own: all of these have idled equally long. */
const BURST = 5
/** As many as come the next time: for one that meets a dead connection others are there, as dead. */
const FEW = 2
const END = 'content-type: application/json\r\ncontent-length: 2\r\n\r\n[]'

interface Habit {
  /** How long the server keeps an idle connection, in milliseconds. */
  idle: number
  /** What it says of that. */
  announcement: string
  /** When the pool gives a connection up by itself, in milliseconds: requests come around either moment. */
  threshold: number
  /** Pools that send at the same time, and bursts that each sends. */
  lanes: number
  rounds: number
}

const habits: Record<string, Habit> = {
  unannounced: { idle: 40, announcement: '', threshold: 40, lanes: 10, rounds: scale(40, 600) },
  announced: {
    idle: 1_000,
    announcement: 'keep-alive: timeout=1\r\n',
    threshold: 500,
    lanes: scale(50, 100),
    rounds: scale(4, 60)
  }
}

async function startServer({ idle, announcement }: Habit) {
  const sockets = new Set<Socket>()
  const posts: string[] = []
  let closed = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    let patience: NodeJS.Timeout | undefined
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(patience)
      sockets.delete(socket)
    })
    socket.on('data', (data) => {
      clearTimeout(patience)
      const [, post] = /^POST \/(\S+)/.exec(data.toString()) ?? []
      if (post) posts.push(post)
      socket.write(`HTTP/1.1 200 OK\r\n${announcement}${END}`)
      patience = setTimeout(() => {
        // Politely or not.
        if (closed++ % 2) socket.end()
        else socket.destroy()
      }, idle)
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

for (const [name, habit] of Object.entries(habits)) {
  t.test(`idle connections closed by the server, ${name}`, async (t) => {
    const server = await startServer(habit)
    const pools: HeaderConnectionPool[] = []
    const { lanes, rounds } = habit
    const failures: unknown[] = []
    let gets = 0
    let lostPosts = 0

    const send = async (pool: HeaderConnectionPool, method: 'GET' | 'POST', path: string) => {
      const { statusCode, body } = await pool.request({ origin: server.origin, path, method })
      if (statusCode !== 200 || (await body.text()) !== '[]') throw new Error(`${statusCode}`)
    }
    const lane = async (pool: HeaderConnectionPool, number: number) => {
      for (let round = 0; round < rounds; round++) {
        const ids = Array.from({ length: round % 2 ? FEW : BURST }, (_, i) => `${number}-${round}-${i}`)
        if (round % 10 === 9) {
          const results = await Promise.allSettled(ids.map((id) => send(pool, 'POST', `/${id}`)))
          lostPosts += results.filter(({ status }) => status === 'rejected').length
        } else {
          gets += ids.length
          const results = await Promise.allSettled(ids.map((id) => send(pool, 'GET', `/${id}`)))
          for (const result of results) if (result.status === 'rejected') failures.push(result.reason)
        }
        const moment = round % 4 < 2 ? habit.idle : habit.threshold
        await sleep(moment - 2 + Math.random() * 4)
      }
    }
    await Promise.all(
      Array.from({ length: lanes }, (_, number) => {
        const pool = socketPool(server.origin, { maxSize: BURST })
        pools.push(pool)
        return lane(pool, number)
      })
    )
    const posts = new Set(server.posts).size
    const lost = pools.map((pool) => pool.stats().retired).reduce((sum, { lost, broken }) => sum + lost + broken, 0)
    await Promise.all(pools.map((pool) => pool.destroy()))
    await server.close()

    t.strictSame(failures.slice(0, 3), [], 'no GET fails')
    t.equal(posts, server.posts.length, 'no POST is sent twice')
    figure(
      t,
      `${gets} GETs, ${failures.length} failed; ${posts} POSTs, none sent twice, ${lostPosts} lost; ` +
        `${lost} connections closed under the pool`
    )
  })
}
