import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startThisService } from '../candidates/candidates.ts'
import { fetchChecked } from '../harness/fetch-checked.ts'
import { buildPages, measure } from '../harness/measure.ts'
import { stop } from '../harness/processes.ts'
import { monotonicTime, readShares } from '../harness/profile.ts'
import { formatNumber } from '../report/markdown.ts'
import type { Scenario } from './scenario.ts'

const CLIENTS = 10
const SAMPLE_INTERVAL_US = 100

/** What a request is made of, by the functions and files that do it; the first that matches. */
const ITEMS: readonly (readonly [item: string, frame: RegExp])[] = [
  ['idle', /^\(idle\) /],
  ['garbage collection', /^\(garbage collector\) /],
  // undici writes the head of a request as Latin-1; Node a response as UTF-8, or as several chunks.
  ['writing the request to Supabase', /^writeLatin1String $/],
  ['writing the response', /^(?:writeUtf8String|writev|writeBuffer) $/],
  ['routing', /find-my-way/],
  ['validation of the query', /^validate\d* |fast-querystring|handle-request/],
  ['ETag', /plugins\/caching|node:internal\/crypto|\/fresh\//],
  ['Link', /src\/http\/page-links/],
  ['format and envelope', /plugins\/list-responses|src\/http\/list-formats|accepts|negotiator|\/vary\//],
  ['target of the request to Supabase', /src\/resources\/|src\/supabase\/(?:target|filters)/],
  ['Supabase client, coalescing', /src\/supabase\/|plugins\/(?:resources|supabase|structure-search)/],
  ['pool', /src\/pool\//],
  ['log', /\/pino\/|src\/observability\/(?:log|request-line)/],
  ['metrics', /prom-client|src\/observability\/metrics/],
  ['record of the request', /plugins\/observability|src\/observability\//],
  ['cancellation', /src\/supabase\/cancellation|client-signal|node:internal\/(?:abort_controller|event_target)/],
  ['other hooks of the service', /\/(?:plugins|routes|src)\//],
  ['undici', /undici|^wasm-|wasm:/],
  ['Fastify', /fastify/],
  ["Node's HTTP server and sockets", /node:_http|node:net|node:internal\/(?:streams|stream_base|timers)|node:events/]
]

function findItem(functionName: string, url: string): string | undefined {
  const frame = `${functionName} ${url}`
  return ITEMS.find(([, pattern]) => pattern.test(frame))?.[0]
}

/** What the CPU time of a request that nobody shares is spent on, by V8's sampling profiler. */
export const budget: Scenario = async ({ replay, quick, progress }) => {
  const requests = quick ? 5_000 : 60_000
  const folder = await mkdtemp(join(tmpdir(), 'bench-budget-'))
  const profiler = `--cpu-prof --cpu-prof-dir=${folder} --cpu-prof-interval=${SAMPLE_INTERVAL_US}`
  const service = await startThisService('this service, as shipped', replay, { NODE_OPTIONS: profiler })
  const demand = { pages: buildPages(CLIENTS, false), clients: CLIENTS }
  const body = await fetchChecked(service, replay, { limit: 10, offset: 0 })
  progress('warm-up')
  await measure(service, { ...demand, requests: requests / 2 }, body)
  progress('sampling')
  const from = monotonicTime()
  const { cpu } = await measure(service, { ...demand, requests }, body)
  const to = monotonicTime()
  await stop(service.child)
  const shares = readShares(folder, from, to, findItem)
  await rm(folder, { recursive: true })

  return {
    title: 'Where the CPU time of a request goes',
    about:
      `${CLIENTS} clients request ${formatNumber(requests, 0)} different pages of 10 molecules from the service as shipped, while ` +
      `V8 looks every ${SAMPLE_INTERVAL_US} µs what it is doing. That makes a request dearer, and counts the time in which ` +
      'another process has the CPU: writing, which wakes the reader, looks dearer than it is.',
    tables: [
      {
        title: `${formatNumber(cpu, 0)} µs per request, sampled`,
        columns: ['', 'share', 'µs'],
        rows: [...shares]
          .sort(([, one], [, other]) => other - one)
          .map(([item, share]) => [item, `${formatNumber(100 * share, 1)} %`, formatNumber(share * cpu, 1)])
      }
    ],
    targets: []
  }
}
