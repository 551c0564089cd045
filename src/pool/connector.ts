import type { Clock, Timer } from './clock.ts'
import { ConnectError } from './errors.ts'
import type { Connect, Transport } from './transport.ts'

/** Short enough for the pool to be back within a second. */
const MIN_BACKOFF_MS = 50
const MAX_BACKOFF_MS = 500

export interface ConnectorOptions {
  /** What error messages call the origin. */
  name: string
  connect: Connect
  clock: Clock
  /** Returns numbers from 0 to 1. */
  random: () => number
  onConnect: (transport: Transport) => void
  onConnectError: (error: ConnectError) => void
  /** The backoff after a failure is over. */
  onBackoffEnd: () => void
}

/**
 * Opens transports, as many at a time as asked for. After a failure it backs off, longer from failure to failure, and then
 * makes one attempt at a time until one succeeds, so that an origin that is down is not hammered.
 */
export class Connector {
  readonly #options: ConnectorOptions
  #connecting = 0
  #failures = 0
  #stopped = false
  #backoff: Timer | undefined
  #lastError: ConnectError | undefined

  constructor(options: ConnectorOptions) {
    this.#options = options
  }

  /** How many transports are being opened now. */
  get connecting(): number {
    return this.#connecting
  }

  /** The failure after which it is backing off, if it is. */
  get backoffError(): ConnectError | undefined {
    return this.#backoff && this.#lastError
  }

  /** Starts attempts until `count` are under way; none during a backoff, and no second one after a failure. */
  connectUpTo(count: number): void {
    if (this.#backoff) return
    const limit = this.#failures ? Math.min(count, 1) : count
    while (this.#connecting < limit) this.#connect()
  }

  /** Starts no more attempts; a transport that is being opened is destroyed as soon as it is open. */
  stop(): void {
    this.#stopped = true
    if (this.#backoff) this.#options.clock.clearTimeout(this.#backoff)
    this.#backoff = undefined
  }

  #connect(): void {
    this.#connecting++
    this.#options.connect().then(
      (transport) => {
        this.#connecting--
        if (this.#stopped) transport.destroy()
        else this.#succeed(transport)
      },
      (cause) => {
        this.#connecting--
        if (!this.#stopped) this.#fail(new ConnectError(this.#options.name, cause))
      }
    )
  }

  #succeed(transport: Transport): void {
    this.#failures = 0
    this.#options.onConnect(transport)
  }

  #fail(error: ConnectError): void {
    this.#lastError = error
    // Attempts made together fail together: that is one failure.
    if (!this.#backoff) this.#startBackoff()
    this.#options.onConnectError(error)
  }

  #startBackoff(): void {
    const { clock, random, onBackoffEnd } = this.#options
    const step = Math.min(MAX_BACKOFF_MS, MIN_BACKOFF_MS * 2 ** this.#failures++)
    // Half of the step is random, so that several services do not reconnect at the same moment.
    this.#backoff = clock.setTimeout(
      () => {
        this.#backoff = undefined
        onBackoffEnd()
      },
      step * (0.5 + random() / 2)
    )
    this.#backoff.unref()
  }
}
