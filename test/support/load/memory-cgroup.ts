import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'

/** A control group with a memory limit, as a container has one. */
export interface MemoryCgroup {
  /** A command of the shell that moves the shell into the group. */
  readonly enter: string
  /** The most memory that was in use, in bytes. */
  readPeak(): number
  /** Removes the group, once its processes have ended. */
  remove(): void
}

/** The files of both versions: https://docs.kernel.org/admin-guide/cgroup-v2.html */
const VERSIONS = [
  { root: '/sys/fs/cgroup/memory', limit: 'memory.limit_in_bytes', peak: 'memory.max_usage_in_bytes' },
  { root: '/sys/fs/cgroup', limit: 'memory.max', peak: 'memory.peak' }
]

/** Makes one with a limit in bytes; nothing where this machine, or this user, may not. */
export function createMemoryCgroup(limit: number): MemoryCgroup | undefined {
  for (const version of VERSIONS) {
    const path = `${version.root}/cryoprotect-test-${process.pid}`
    try {
      mkdirSync(path)
    } catch {
      continue
    }
    const remove = () => rmdirSync(path)
    const readPeak = () => Number(readFileSync(`${path}/${version.peak}`, 'utf8'))
    try {
      writeFileSync(`${path}/${version.limit}`, String(limit))
      readPeak()
      return { enter: `echo $$ > ${path}/cgroup.procs`, readPeak, remove }
    } catch {
      remove()
    }
  }
  return undefined
}
