import { constants, openSync, writeSync } from 'node:fs'
import { performance } from 'node:perf_hooks'

/** How long a line may wait for others. */
const MAX_DELAY_MS = 1_000
/** How soon to try again after a failed write. */
const RETRY_MS = 20
/** How long the last lines may take when the process ends. */
const EXIT_FLUSH_MS = 1_000
/** Characters that may be pending, beside those being written: some six thousand lines. */
const MAX_BACKLOG = 2_000_000

const NOTHING = Buffer.alloc(0)

/**
 * The log's output, which never holds the service up: lines that cannot be written yet wait, up to `MAX_BACKLOG`, and
 * those beyond are dropped and counted. A full disk, a reader that stops reading and one that is gone are all the same to it.
 * Written with plain `writeSync` because pino's own destination retries a full disk forever when the process ends
 * (https://github.com/pinojs/sonic-boom/blob/v4.2.1/index.js#L545-L589), and measures all waiting lines anew for each one.
 */
export class LogOutput {
  /** Lines dropped since the start. */
  dropped = 0
  /** Called with the number of lines dropped in a row, once the output works again. */
  onDropped: (count: number) => void = () => {}
  readonly #fd: number
  readonly #minLength: number
  #lines = ''
  /** What of the earlier lines is being written. */
  #chunk = NOTHING
  #reported = 0
  #retry: NodeJS.Timeout | undefined

  /** Writes to `fd`, which should not block, as soon as `minLength` characters have gathered or `MAX_DELAY_MS` are over. */
  constructor(fd: number, minLength: number) {
    this.#fd = fd
    this.#minLength = minLength
    setInterval(() => this.#flush(), MAX_DELAY_MS).unref()
    process.on('exit', () => this.flushSync())
  }

  write(line: string): void {
    if (this.#lines.length + line.length > MAX_BACKLOG) {
      this.dropped++
      return
    }
    this.#lines += line
    if (this.#lines.length >= this.#minLength && !this.#retry) this.#flush()
  }

  /** Writes what waits, unless the output fails or takes longer than `EXIT_FLUSH_MS`. pino calls it after a fatal error. */
  flushSync(): void {
    const deadline = performance.now() + EXIT_FLUSH_MS
    while (this.#flush() === 'EAGAIN' && performance.now() < deadline) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS)
    }
  }

  /** Returns the code of the error that kept it from writing everything. */
  #flush(): string | undefined {
    try {
      while (this.#next()) this.#chunk = this.#chunk.subarray(writeSync(this.#fd, this.#chunk))
      return undefined
    } catch (error) {
      this.#retry ??= setTimeout(() => {
        this.#retry = undefined
        this.#flush()
      }, RETRY_MS).unref()
      return (error as NodeJS.ErrnoException).code
    }
  }

  /** Whether there is something to write in `#chunk`. */
  #next(): boolean {
    if (this.#chunk.length > 0) return true
    this.#chunk = Buffer.from(this.#lines)
    this.#lines = ''
    const dropped = this.dropped - this.#reported
    this.#reported = this.dropped
    // Its line follows those that there was room for.
    if (dropped > 0) this.onDropped(dropped)
    return this.#chunk.length > 0 || this.#lines !== ''
  }
}

/**
 * Standard output as a descriptor that does not block. Node makes pipes and sockets so when `process.stdout` is first used;
 * a terminal, whose user may pause it, it makes blocking, unless it is opened anew.
 */
export function openOutput({ fd, isTTY }: Pick<typeof process.stdout, 'fd' | 'isTTY'>): number {
  if (!isTTY) return fd
  try {
    return openSync(`/dev/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  } catch {
    // For instance another user's, after su.
    return fd
  }
}
