import { readFileSync } from 'node:fs'

/**
 * How many file descriptors this process may have open, or `undefined` where there is no limit or the system does not tell:
 * https://man7.org/linux/man-pages/man5/proc_pid_limits.5.html
 */
export function readDescriptorLimit(path = '/proc/self/limits'): number | undefined {
  try {
    const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync(path, 'utf8')) ?? []
    return soft === undefined ? undefined : Number(soft)
  } catch {
    return undefined
  }
}
