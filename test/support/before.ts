// Runs once before all tests: starts the PostgREST that they share, in a process that outlives this one.
import { spawn } from 'node:child_process'
import { mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { postgrestLogFile, readPostgrestState, removePostgrestState } from './upstream/postgrest-state.ts'
import { waitFor } from './wait.ts'

const START_TIMEOUT_MS = 60_000

// A run that was killed leaves its state behind; its PostgREST ends by itself.
const stale = readPostgrestState()
if (stale) removePostgrestState(stale.pid)

mkdirSync(dirname(postgrestLogFile), { recursive: true })
const log = openSync(postgrestLogFile, 'w')
const daemon = spawn(
  process.execPath,
  // The parent of this process is the test runner.
  [fileURLToPath(new URL('upstream/postgrest-daemon.ts', import.meta.url)), String(process.ppid)],
  { detached: true, stdio: ['ignore', log, log], env: ownEnvironment() }
)
const isReady = () => readPostgrestState()?.pid === daemon.pid
const hasEnded = () => daemon.exitCode !== null || daemon.signalCode !== null
await waitFor(() => isReady() || hasEnded(), { what: 'PostgREST starts', timeoutMs: START_TIMEOUT_MS })
if (!isReady()) {
  console.error(readFileSync(postgrestLogFile, 'utf8'))
  process.exit(1)
}
daemon.unref()

/** Without the test runner's variables, by which the daemon would take part in measuring coverage. */
function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(NODE_|_?TAP)/.test(name)))
}
