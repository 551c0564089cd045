// Runs once before all tests: starts the rig, which outlives this process.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rigStateFile } from './rig-state.ts'

const { PATH, HOME } = process.env
const daemon = spawn(
  process.execPath,
  [fileURLToPath(new URL('rig-daemon.ts', import.meta.url)), String(process.ppid)],
  // Without the environment of the test runner, which would have the daemon take part in measuring coverage.
  { detached: true, stdio: ['ignore', 'pipe', 'inherit'], env: { PATH, HOME } }
)
const [state] = await Promise.race([once(daemon.stdout, 'data'), once(daemon, 'exit').then(() => process.exit(1))])
writeFileSync(rigStateFile, state)
daemon.stdout.destroy()
daemon.unref()
