// Holds the rig for a test run: says on standard output where it is, and ends with the run or when told to.
import { startRig } from './rig.ts'
import { isRunning, type RigState } from './rig-state.ts'

const runner = Number(process.argv[2])
const rig = await startRig()
const { restUrl, jwtSecret } = rig
process.stdout.write(`${JSON.stringify({ pid: process.pid, restUrl, jwtSecret } satisfies RigState)}\n`)

const watch = setInterval(() => {
  if (!isRunning(runner)) stop()
}, 1_000)
process.on('SIGTERM', stop)

async function stop(): Promise<void> {
  clearInterval(watch)
  await rig.stop()
  process.exit()
}
