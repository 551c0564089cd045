import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Rig } from './rig.ts'

/** The running rig, as the processes of a test run tell each other of it. */
export interface RigState extends Pick<Rig, 'restUrl' | 'jwtSecret'> {
  /** The process that holds it. */
  pid: number
}

/** Where that is written while the rig runs. */
const stateFile = fileURLToPath(new URL('../../../.tap/rig.json', import.meta.url))

/** Where the rig's process writes what goes wrong. */
export const rigLogFile = fileURLToPath(new URL('../../../.tap/rig.log', import.meta.url))

/** The running rig; undefined if there is none. */
export function readRigState(): RigState | undefined {
  try {
    return JSON.parse(readFileSync(stateFile, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Written elsewhere and moved, so that nobody reads half of it. */
export function writeRigState(state: RigState): void {
  const draft = `${stateFile}.${state.pid}`
  writeFileSync(draft, JSON.stringify(state))
  renameSync(draft, stateFile)
}

/** Forgets the rig that `pid` holds, not one that has taken its place. */
export function removeRigState(pid: number): void {
  if (readRigState()?.pid === pid) rmSync(stateFile)
}

export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
