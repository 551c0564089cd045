// More large pages are asked for than the container's memory has room for: some are refused, and the service is not killed.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { Clients } from '../support/load/clients.ts'
import { reportFigure, scale } from '../support/load/deep-tests.ts'
import { createMemoryCgroup, type MemoryCgroup } from '../support/load/memory-cgroup.ts'
import { percentile } from '../support/load/percentile.ts'
import { startService } from '../support/service/process.ts'
import { startUpstream } from '../support/upstream/upstream.ts'

/** What the Quadlet unit gives, in bytes. */
const unit = readFileSync(new URL('../../deploy/quadlet/cryoprotect-api.container', import.meta.url), 'utf8')
const MEMORY_LIMIT = Number(/--memory=(\d+)m/.exec(unit)?.[1]) * 2 ** 20

/** 1,000 rows of 4 kB, and of nearly as much as a response may have. */
const [PAGE, LARGEST_PAGE] = [4_000, 15_000].map((length) =>
  JSON.stringify(Array.from({ length: 1_000 }, (_, id) => ({ id, name: 'n'.repeat(length) })))
)
/** How many read pages of which size. */
const CLIENTS = { [`${PAGE?.length}`]: scale(10, 50), [`${LARGEST_PAGE?.length}`]: scale(2, 10) }
/** However slow this machine is, nothing but memory is scarce. */
const PATIENT = { CLIENT_TIMEOUT: '600', SUPABASE_REQUEST_TIMEOUT: '600', DB_POOL_ACQUIRE_TIMEOUT: '600' }
const FORMATS = ['application/json', 'text/csv', 'application/x-ndjson']

const cgroup = createMemoryCgroup(MEMORY_LIMIT)
const skip = cgroup ? false : 'no control group can be made here'

t.test('a service under the memory limit of its unit outlives all that ask for large pages', { skip }, async (t) => {
  const { enter, readPeak, remove } = cgroup as MemoryCgroup
  const upstream = await startUpstream((request, response) => {
    const [, size = ''] = /formula=eq\.(\d+)/.exec(request.url as string) ?? []
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-range': size ? '0-999/*' : '*/*' })
      .end([PAGE, LARGEST_PAGE].find((page) => page?.length === Number(size)) ?? '[]')
  })
  const clients = new Clients(61)
  const sockets: Socket[] = []
  const settings = { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key', ...PATIENT }
  const service = startService(t, settings, 'pipe', enter)
  t.teardown(async () => {
    for (const socket of sockets) socket.destroy()
    service.child.kill('SIGKILL')
    await Promise.all([clients.close(), upstream.close(), service.exited])
    remove()
  })
  const url = await service.url
  let offset = 0
  const pathTo = (size: string) => `/api/molecules?limit=1000&formula=${size}&offset=${++offset}`
  const outcomes: Record<string, number> = {}
  const count = (outcome: string) => {
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  }

  // Those who stop reading when the response has begun.
  const stalled = await Promise.all(
    Array.from({ length: 50 }, async (_, i) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1')
      sockets.push(socket)
      socket.write(`GET ${pathTo(`${LARGEST_PAGE?.length}`)} HTTP/1.1\r\nhost: x\r\naccept: ${FORMATS[i % 3]}\r\n\r\n`)
      const [data] = await Promise.race([once(socket, 'data'), once(socket, 'close')])
      socket.pause()
      return /^HTTP\/1\.1 (\d+)/.exec(`${data}`)?.[1]
    })
  )
  t.strictSame(new Set(stalled), new Set(['200', '503']))
  t.equal((await clients.get(`${url}/api/molecules`)).status, 200, 'small pages are served meanwhile')
  for (const socket of sockets) socket.destroy()

  // And those who read: once, or for a minute.
  const end = performance.now() + scale(0, 60_000)
  const isRunning = () => service.child.exitCode === null && service.child.signalCode === null
  const goOn = () => performance.now() < end && isRunning()
  const durations: number[] = []
  const loop = (clientCount: number, ask: () => Promise<void>) =>
    Array.from({ length: clientCount }, async () => {
      do await ask()
      while (goOn())
    })
  const askLarge = (size: string) => async () => {
    const { status, headers, body } = await clients.get(`${url}${pathTo(size)}`)
    const isWhole = status === 200 && body.length > Number(size)
    const isRefused = status === 503 && headers['retry-after'] === '1' && body.includes('"OVERLOADED"')
    count(isWhole ? '200' : isRefused ? '503' : `${status} ${body.slice(0, 200)}`)
    // As long as the service says.
    if (isRefused && goOn()) await sleep(1_000)
  }
  const askSmall = async () => {
    const { status, durationMs: duration } = await clients.get(`${url}/api/molecules?offset=${++offset}`)
    durations.push(duration)
    count(`small ${status}`)
  }
  await Promise.all([
    ...Object.entries(CLIENTS).flatMap(([size, clientCount]) => loop(clientCount, askLarge(size))),
    ...loop(1, askSmall)
  ])
  t.ok(isRunning())
  t.strictSame(
    Object.keys(outcomes).filter((outcome) => !['200', '503', 'small 200'].includes(outcome)),
    []
  )
  t.ok((outcomes['200'] ?? 0) > 0)
  const peak = `peak ${(readPeak() / 2 ** 20).toFixed(0)} of ${MEMORY_LIMIT / 2 ** 20} MiB`
  reportFigure(t, `${JSON.stringify(outcomes)}, ${peak}, small pages p99 ${percentile(durations, 0.99).toFixed(0)} ms`)
})
