// What the operating system knows of a process (Linux).
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Resident memory in MB. */
export function residentMemory(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1024
}

/** How many sockets it has open. */
export function openSockets(pid: number): number {
  const directory = `/proc/${pid}/fd`
  return readdirSync(directory).filter((fd) => target(`${directory}/${fd}`).startsWith('socket:')).length
}

function target(link: string): string {
  try {
    return readlinkSync(link)
  } catch {
    // Closed meanwhile.
    return ''
  }
}
