// Runs once after all tests: ends the rig.
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { isRunning, type RigState, rigStateFile } from './rig-state.ts'

const { pid } = JSON.parse(readFileSync(rigStateFile, 'utf8')) as RigState
if (isRunning(pid)) process.kill(pid)
while (isRunning(pid)) await sleep(20)
