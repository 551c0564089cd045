// Hours of steady load: memory and sockets do not grow.
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { Clients } from '../support/load/clients.ts'
import { isDeep, reportFigure } from '../support/load/deep-tests.ts'
import { measureHeap, reportHeapOnSignal } from '../support/load/heap.ts'
import { startService } from '../support/service/process.ts'
import { openSockets, residentMemory } from '../support/service/process-info.ts'
import { startGateway } from '../support/upstream/gateway.ts'

const MINUTES = Number(process.env.SOAK_MINUTES ?? 20)
const REQUESTS_PER_SECOND = 200
const CLIENTS = 20
/** The service's default. */
const CONNECTIONS = 10
/** The listener and standard output. */
const OTHER_SOCKETS = 4

t.test(
  'under steady load neither the heap nor the number of sockets grows',
  { skip: !isDeep && 'only in npm run test:deep' },
  async (t) => {
    const gateway = await startGateway()
    const clients = new Clients(CLIENTS)
    t.teardown(() => Promise.all([clients.close(), gateway.close()]))
    const service = startService(t, { ...gateway.environment, ...reportHeapOnSignal })
    const url = await service.url
    const pid = service.child.pid as number

    const failures: unknown[] = []
    const samples: { memory: number; heap: number; sockets: number }[] = []
    const sample = async () => {
      samples.push({ memory: residentMemory(pid), heap: await measureHeap(service), sockets: openSockets(pid) })
    }
    const pending = new Set<Promise<unknown>>()
    const start = performance.now()
    const total = MINUTES * 60 * REQUESTS_PER_SECOND
    for (let sent = 0; sent < total; sent++) {
      // After the first tenth, in the middle and at the end.
      if ([0.1, 0.5].includes(sent / total)) await sample()
      const request = clients.get(`${url}/api/molecules?limit=${1 + (sent % 50)}&offset=${sent % 30}`)
      pending.add(request)
      request.then((response) => {
        pending.delete(request)
        if (response.status !== 200) failures.push(response)
      })
      const ahead = (sent / REQUESTS_PER_SECOND) * 1000 - (performance.now() - start)
      if (ahead > 5) await sleep(ahead)
    }
    await Promise.all(pending)
    await sample()

    const [first, , last] = samples as [(typeof samples)[0], (typeof samples)[0], (typeof samples)[0]]
    t.strictSame(failures.slice(0, 3), [])
    t.ok(last.heap <= first.heap * 1.1, 'the heap does not grow')
    t.ok(last.sockets <= CLIENTS + CONNECTIONS + OTHER_SOCKETS, 'the number of sockets does not grow')
    const list = (values: number[]) => values.map((value) => value.toFixed(0)).join(', ')
    reportFigure(
      t,
      `${MINUTES} min, ${total} requests, ${failures.length} failed; start, middle, end: ` +
        `${list(samples.map(({ heap }) => heap))} MB of heap, ${list(samples.map(({ memory }) => memory))} MB resident, ` +
        `${list(samples.map(({ sockets }) => sockets))} sockets`
    )
  }
)
