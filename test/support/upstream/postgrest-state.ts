import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Postgrest } from './postgrest.ts'

/** The PostgREST that the tests of one run share. */
export interface PostgrestState extends Pick<Postgrest, 'url' | 'jwtSecret'> {
  /** The process that runs it. */
  pid: number
}

/** Exists while that PostgREST runs. */
const stateFile = fileURLToPath(new URL('../../../.tap/postgrest.json', import.meta.url))

/** Standard output and standard error of its process. */
export const postgrestLogFile = fileURLToPath(new URL('../../../.tap/postgrest.log', import.meta.url))

/** The shared PostgREST; undefined when none runs. */
export function readPostgrestState(): PostgrestState | undefined {
  try {
    return JSON.parse(readFileSync(stateFile, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Writes atomically: other processes poll the file. */
export function writePostgrestState(state: PostgrestState): void {
  const draft = `${stateFile}.${state.pid}`
  writeFileSync(draft, JSON.stringify(state))
  renameSync(draft, stateFile)
}

/** Removes the state that `pid` wrote, and leaves that of a later run alone. */
export function removePostgrestState(pid: number): void {
  if (readPostgrestState()?.pid === pid) rmSync(stateFile)
}

export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
