// A long time at a steady rate: nothing grows.
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { figure, isDeep } from '../support/load/deep.ts'
import { heapOf, tellingHeap } from '../support/load/heap.ts'
import { Clients } from '../support/load/load.ts'
import { startService } from '../support/service/process.ts'
import { openSockets, residentMemory } from '../support/service/process-info.ts'
import { startGateway } from '../support/upstream/gateway.ts'

const MINUTES = Number(process.env.SOAK_MINUTES ?? 20)
/** Requests per second. */
const RATE = 200
const CLIENTS = 20
/** As the service has it by default. */
const CONNECTIONS = 10
/** The listener and standard output. */
const OTHERS = 4

t.test('a soak', { skip: !isDeep && 'in the long form only' }, async (t) => {
  const gateway = await startGateway()
  const clients = new Clients(CLIENTS)
  t.teardown(() => Promise.all([clients.close(), gateway.close()]))
  const service = startService(t, { ...gateway.environment, ...tellingHeap })
  const url = await service.url
  const pid = service.child.pid as number

  const failures: unknown[] = []
  const samples: { memory: number; heap: number; sockets: number }[] = []
  const sample = async () => {
    samples.push({ memory: residentMemory(pid), heap: await heapOf(service), sockets: openSockets(pid) })
  }
  const pending = new Set<Promise<unknown>>()
  const start = performance.now()
  const total = MINUTES * 60 * RATE
  for (let sent = 0; sent < total; sent++) {
    // Taken after a first tenth of the time, in the middle and at the end.
    if ([0.1, 0.5].includes(sent / total)) await sample()
    const request = clients.get(`${url}/api/molecules?limit=${1 + (sent % 50)}&offset=${sent % 30}`)
    pending.add(request)
    request.then((answer) => {
      pending.delete(request)
      if (answer.status !== 200) failures.push(answer)
    })
    const ahead = (sent / RATE) * 1000 - (performance.now() - start)
    if (ahead > 5) await sleep(ahead)
  }
  await Promise.all(pending)
  await sample()

  const [first, , last] = samples as [(typeof samples)[0], (typeof samples)[0], (typeof samples)[0]]
  t.strictSame(failures.slice(0, 3), [])
  t.ok(last.heap <= first.heap * 1.1, 'the heap does not grow')
  t.ok(last.sockets <= CLIENTS + CONNECTIONS + OTHERS, 'nor do sockets')
  const list = (values: number[]) => values.map((value) => value.toFixed(0)).join(', ')
  figure(
    t,
    `${MINUTES} min, ${total} requests, ${failures.length} failed; start, middle, end: ` +
      `${list(samples.map(({ heap }) => heap))} MB of heap, ${list(samples.map(({ memory }) => memory))} MB resident, ` +
      `${list(samples.map(({ sockets }) => sockets))} sockets`
  )
})
