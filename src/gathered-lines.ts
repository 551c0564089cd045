import { destination } from 'pino'

/** Milliseconds for which a line may wait for others. */
const LONGEST_WAIT = 1_000
/** Characters that are gathered before they are written; pino writes 16 KB at a time. */
const ENOUGH = 16_000

/**
 * Standard output for the many lines of a busy service: they are gathered, so that no request waits for whoever reads them,
 * and what is left is written when the process ends. Gathered here and not by pino's `minLength`, with which each line has
 * all those before it measured again: https://github.com/pinojs/sonic-boom/blob/v4.2.1/index.js#L305-L337
 */
export class GatheredLines {
  readonly #output: ReturnType<typeof destination>
  #lines = ''

  constructor() {
    // Before pino's own listeners, which write what the output has been given.
    for (const event of ['beforeExit', 'exit']) process.on(event, () => this.#flush())
    this.#output = destination({ sync: false })
    setInterval(() => this.#flush(), LONGEST_WAIT).unref()
  }

  write(line: string): void {
    this.#lines += line
    if (this.#lines.length >= ENOUGH) this.#flush()
  }

  /** Called by pino after a fatal error. */
  flushSync(): void {
    this.#flush()
    this.#output.flushSync()
  }

  #flush(): void {
    if (this.#lines === '') return
    this.#output.write(this.#lines)
    this.#lines = ''
  }
}
