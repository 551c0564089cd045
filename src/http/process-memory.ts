import { totalmem } from 'node:os'

/** The bytes of memory that the process may use: the container's limit, or all that there is. */
export function readMemoryLimit(): number {
  // The container's limit is 0, or more than there is, where there is none.
  return Math.min(...[process.constrainedMemory(), totalmem()].filter((bytes) => bytes > 0))
}
