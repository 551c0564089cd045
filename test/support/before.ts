// Runs once before all tests: starts the rig, which outlives this process.
import { spawn } from 'node:child_process'
import { mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { readRigState, removeRigState, rigLogFile } from './upstream/rig-state.ts'

// A run that was killed leaves its state behind; its rig ends by itself.
const stale = readRigState()
if (stale) removeRigState(stale.pid)

mkdirSync(dirname(rigLogFile), { recursive: true })
const log = openSync(rigLogFile, 'w')
const daemon = spawn(
  process.execPath,
  // The parent of this process is the test runner.
  [fileURLToPath(new URL('upstream/rig-daemon.ts', import.meta.url)), String(process.ppid)],
  { detached: true, stdio: ['ignore', log, log], env: ownEnvironment() }
)
while (readRigState()?.pid !== daemon.pid) {
  if (daemon.exitCode !== null || daemon.signalCode !== null) {
    console.error(readFileSync(rigLogFile, 'utf8'))
    process.exit(1)
  }
  await sleep(20)
}
daemon.unref()

/** Without that of the test runner, which would have the daemon take part in measuring coverage. */
function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(NODE_|_?TAP)/.test(name)))
}
