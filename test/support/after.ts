// Runs once after all tests: ends the rig.
import { setTimeout as sleep } from 'node:timers/promises'
import { isRunning, readRigState } from './upstream/rig-state.ts'

/** How long the rig may take to end, in milliseconds. */
const STOP_TIMEOUT = 20_000

const state = readRigState()
if (state && isRunning(state.pid)) {
  process.kill(state.pid)
  const deadline = performance.now() + STOP_TIMEOUT
  // Its state goes last. Its pid may stay: in a container nobody may reap it.
  while (readRigState()?.pid === state.pid && isRunning(state.pid)) {
    if (performance.now() > deadline) throw new Error(`The rig (process ${state.pid}) does not end`)
    await sleep(20)
  }
}
