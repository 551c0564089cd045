import type { Socket } from 'node:net'

const CONTINUE = Buffer.from('HTTP/1.1 100')
const HEAD_END = '\r\n\r\n'
/** Where the status begins. */
const STATUS = 'HTTP/1.1 '.length
const ONE = '1'.charCodeAt(0)
const NOTHING = Buffer.alloc(0)

/**
 * Takes each `100 Continue` before a response out of what is read from a socket: clients ignore one that they have not
 * asked for (RFC 9110, 15.2), and undici ends the connection. Returns a function to be called before each request.
 */
export function ignoreContinue(socket: Socket): () => void {
  const read = socket.read.bind(socket)
  let isStart = false
  /** Of a head that is not complete. */
  let held: Buffer = NOTHING

  socket.read = (size) => {
    for (;;) {
      const chunk: Buffer | null = read(size)
      if (chunk === null || !isStart) return chunk
      held = skipContinue(held.length ? Buffer.concat([held, chunk]) : chunk)
      if (isContinue(held)) continue
      isStart = false
      const start = held
      held = NOTHING
      return start
    }
  }

  return () => {
    isStart = true
  }
}

/** What follows the complete ones. */
function skipContinue(bytes: Buffer): Buffer {
  let rest = bytes
  while (rest.length >= CONTINUE.length && isContinue(rest)) {
    const end = rest.indexOf(HEAD_END)
    if (end === -1) break
    rest = rest.subarray(end + HEAD_END.length)
  }
  return rest
}

/** Whether the bytes begin with one, or may once there are more. */
function isContinue(bytes: Buffer): boolean {
  if (bytes.length > STATUS && bytes[STATUS] !== ONE) return false
  const length = Math.min(bytes.length, CONTINUE.length)
  return CONTINUE.compare(bytes, 0, length, 0, length) === 0
}
