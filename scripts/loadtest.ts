// Loads a running service and tells how fast it responds.
import { parseArgs } from 'node:util'
import autocannon from 'autocannon'

const USAGE = 'npm run loadtest -- [--requests 100] [--workers 10] [--url http://localhost:5000] [--token …] [--same]'

const values = readArguments()
const requests = wholeNumber('requests', values.requests)
const workers = Math.min(wholeNumber('workers', values.workers), requests)
const milliseconds: number[] = []
const errors = new Map<string, number>()
let pages = 0
const count = (kind: string) => errors.set(kind, (errors.get(kind) ?? 0) + 1)

const finished = Promise.withResolvers<void>()
const base = baseUrl(values.url)
const before = await readStats()
const run = autocannon({ url: base, amount: requests, connections: workers, requests: [{ setupRequest }] }, () =>
  finished.resolve()
)
run.on('response', (_client, status, _bytes, time) => {
  // A refusal is quick: it would make the service look fast.
  if (status === 200) milliseconds.push(time)
  else count(`HTTP ${status}`)
})
run.on('reqError', (error: NodeJS.ErrnoException) => count(error.code ?? error.message))
if (process.stderr.isTTY) autocannon.track(run, { renderResultsTable: false, renderLatencyTable: false })
await finished.promise

milliseconds.sort((a, b) => a - b)
console.log(`Results for ${requests} requests with ${workers} workers:`)
if (milliseconds.length) {
  console.log(`  Average: ${seconds(milliseconds.reduce((sum, time) => sum + time) / milliseconds.length)}`)
  console.log(`  Min: ${seconds(percentile(0))}`)
  console.log(`  Max: ${seconds(percentile(100))}`)
  for (const p of [50, 90, 99]) console.log(`  p${p}: ${seconds(percentile(p))}`)
}
console.log('Errors:', errors.size ? Object.fromEntries(errors) : 'none')

const after = await readStats()
console.log('Pool stats:', after)
if (typeof after === 'object') {
  const shared = readCoalesced(after) - readCoalesced(before)
  console.log(`Shared: ${shared} of ${requests} requests joined an identical one under way instead of using the pool`)
}
process.exitCode = errors.size ? 1 : 0

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        requests: { type: 'string', default: '100' },
        workers: { type: 'string', default: '10' },
        url: { type: 'string', default: 'http://localhost:5000' },
        /** `ADMIN_TOKEN`, where the service guards its statistics with it. */
        token: { type: 'string' },
        /** Asks for one page again and again, which the service may serve with a shared read. */
        same: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h' }
      }
    })
    if (!values.help) return values
    console.log(USAGE)
    process.exit()
  } catch (error) {
    return refuse((error as Error).message)
  }
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text)
  return Number.isInteger(number) && number > 0 ? number : refuse(`--${name} must be a whole number from 1`)
}

function baseUrl(text: string): string {
  const { protocol = '' } = URL.parse(text) ?? {}
  return /^https?:$/.test(protocol) ? text.replace(/\/+$/, '') : refuse('--url must be an http or https URL')
}

/** The next request. */
function setupRequest(request: autocannon.Request): autocannon.Request {
  return {
    ...request,
    path: `${new URL(base).pathname.replace(/\/$/, '')}/api/molecules?${values.same ? 'limit=1' : nextPage()}`
  }
}

/** One of 1,000 pages in turn, of 1 to 20 molecules; the embedded Supabase has all of them. */
function nextPage(): string {
  const number = pages++
  return `limit=${1 + (Math.floor(number / 50) % 20)}&offset=${number % 50}`
}

interface Stats {
  coalesced?: number
}

/** The pool's statistics, or why there are none. */
async function readStats(): Promise<Stats | string | undefined> {
  try {
    const headers = values.token ? { authorization: `Bearer ${values.token}` } : undefined
    const response = await fetch(`${base}/pool/stats`, headers && { headers })
    const { stats, message } = (await response.json()) as { stats?: Stats; message?: string }
    return stats ?? message
  } catch (error) {
    const { cause, message } = error as Error
    return (cause as NodeJS.ErrnoException | undefined)?.code ?? message
  }
}

function readCoalesced(stats: Stats | string | undefined): number {
  return typeof stats === 'object' ? (stats.coalesced ?? 0) : 0
}

function refuse(fault: string): never {
  console.error(`${fault}\n${USAGE}`)
  process.exit(2)
}

function percentile(p: number): number {
  const rank = Math.max(0, Math.ceil((p / 100) * milliseconds.length) - 1)
  return milliseconds[rank] as number
}

function seconds(time: number): string {
  return `${(time / 1000).toFixed(4)}s`
}
