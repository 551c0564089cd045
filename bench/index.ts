// Measures the service against a baseline, alternatives and targets. Needs Linux on x64, as the tests do.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createDirect, type Upstream } from './candidates/candidates.ts'
import { checkCandidates } from './harness/check.ts'
import { startModule, stopAll } from './harness/processes.ts'
import { describeMachine, renderMarkdown, type Section } from './report/markdown.ts'
import { budget } from './scenarios/budget.ts'
import { cache } from './scenarios/cache.ts'
import { chemistry } from './scenarios/chemistry.ts'
import { cpu } from './scenarios/cpu.ts'
import { gateway } from './scenarios/gateway.ts'
import { growth } from './scenarios/growth.ts'
import { instructions } from './scenarios/instructions.ts'
import { latency } from './scenarios/latency.ts'
import { memory } from './scenarios/memory.ts'
import { pool } from './scenarios/pool.ts'
import type { Bench, Scenario } from './scenarios/scenario.ts'
import { throughput } from './scenarios/throughput.ts'
import type { PostgrestUpstream } from './upstreams/postgrest.ts'
import { record } from './upstreams/recording.ts'

const scenarios: Readonly<Record<string, Scenario>> = {
  ...{ cpu, budget, instructions, throughput, latency, growth, memory, pool, gateway, cache, chemistry }
}
const names = Object.keys(scenarios)
const USAGE = `npm run bench -- [--only ${names.join()}] [--rounds 5] [--quick], or npm run bench -- --check`

const { only, rounds, quick, check } = readArguments()
const started = performance.now()
let stopping = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, async () => {
    stopping = true
    await stopAll()
    process.exit(1)
  })
}

try {
  const machine = describeMachine()
  progress('starting PostgreSQL and PostgREST with 100,000 molecules')
  const { report: postgrest } = await startModule<PostgrestUpstream>('upstreams/postgrest.ts')
  const replay = await startReplay(postgrest)
  if (check) {
    await checkCandidates(postgrest, replay, progress)
  } else {
    const sections = await run(postgrest, replay)
    const results = renderMarkdown(sections, machine)
    console.log(`\n${results}`)
    // Partial or quick results do not replace the file's.
    if (!quick && only.length === names.length) writeResults(sections, results)
  }
} catch (error) {
  // After a signal, processes that exit are expected.
  if (!stopping) console.error(error)
  process.exitCode = 1
} finally {
  await stopAll()
}

async function run(postgrest: PostgrestUpstream, replay: Upstream): Promise<Section[]> {
  const sections: Section[] = []
  for (const name of only) {
    const bench: Bench = { postgrest, replay, rounds, quick, progress: (text) => progress(`${name}: ${text}`) }
    sections.push(await (scenarios[name] as Scenario)(bench))
  }
  return sections
}

async function startReplay(upstream: Upstream): Promise<Upstream> {
  const { url, path, headers = {} } = createDirect(upstream)
  const recording = await record(`${url}${path({ limit: 10, offset: 0 })}`, headers)
  const { report } = await startModule<{ url: string }>('upstreams/replay.ts', {
    recording: recording.toString('base64')
  })
  return { ...report, key: upstream.key }
}

function writeResults(sections: readonly Section[], results: string): void {
  const chart = sections.find((section) => section.chart)?.chart
  if (chart) writeFileSync(new URL('cpu.svg', import.meta.url), chart)
  const image = '![CPU per request](cpu.svg)'
  writeFileSync(
    new URL('RESULTS.md', import.meta.url),
    `# Results\n\nWritten by \`npm run bench\`.\n\n${image}\n\n${results}\n`
  )
}

function progress(text: string): void {
  const seconds = Math.round((performance.now() - started) / 1000)
  console.error(`${String(seconds).padStart(4)} s  ${text}`)
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        /** Scenarios, separated by commas. */
        only: { type: 'string', default: names.join() },
        rounds: { type: 'string' },
        quick: { type: 'boolean', default: false },
        /** Only checks the responses. */
        check: { type: 'boolean', default: false }
      }
    })
    const { quick, check } = values
    const rounds = Number(values.rounds ?? (quick ? 3 : 5))
    if (!Number.isInteger(rounds) || rounds < 1) return exitWithUsage('--rounds must be a whole number from 1')
    const only = values.only.split(',')
    const unknown = only.find((name) => !names.includes(name))
    return unknown === undefined ? { only, rounds, quick, check } : exitWithUsage(`Unknown scenario "${unknown}"`)
  } catch (error) {
    return exitWithUsage((error as Error).message)
  }
}

function exitWithUsage(message: string): never {
  console.error(`${message}\n${USAGE}`)
  process.exit(2)
}
