import { fileURLToPath } from 'node:url'
import type { Rig } from './rig.ts'

/** The running rig, as the processes of a test run tell each other of it. */
export interface RigState extends Pick<Rig, 'restUrl' | 'jwtSecret'> {
  /** The process that holds it. */
  pid: number
}

/** Where that is written. */
export const rigStateFile = fileURLToPath(new URL('../../.tap/rig.json', import.meta.url))

export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
