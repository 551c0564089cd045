// Loads a running service and tells how fast it answers.
import { parseArgs } from 'node:util'
import autocannon from 'autocannon'

const USAGE = 'npm run loadtest -- [--requests 100] [--workers 10] [--url http://localhost:5000] [--token …]'

const values = readArguments()
const requests = wholeNumber('requests', values.requests)
const workers = Math.min(wholeNumber('workers', values.workers), requests)
const milliseconds: number[] = []
const errors = new Map<string, number>()
const count = (kind: string) => errors.set(kind, (errors.get(kind) ?? 0) + 1)

const finished = Promise.withResolvers<void>()
const base = baseUrl(values.url)
const url = `${base}/api/molecules?limit=1`
const run = autocannon({ url, amount: requests, connections: workers }, () => finished.resolve())
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

try {
  const headers = values.token ? { authorization: `Bearer ${values.token}` } : undefined
  const response = await fetch(`${base}/pool/stats`, headers && { headers })
  const { stats, message } = (await response.json()) as { stats?: object; message?: string }
  console.log('Pool stats:', stats ?? message)
} catch (error) {
  const { cause, message } = error as Error
  console.log('Pool stats:', (cause as NodeJS.ErrnoException | undefined)?.code ?? message)
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
