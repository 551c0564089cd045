import type { Clock, Timer } from './clock.ts'
import { ConnectError } from './errors.ts'
import type { Connect, Transport } from './transport.ts'

/** The pause after a first failure and the longest one, in milliseconds: short enough to be back within a second. */
const PAUSE = { first: 50, longest: 500 }

export interface OpenerOptions {
  connect: Connect
  clock: Clock
  /** Numbers from 0 to 1. */
  random: () => number
  onOpen: (transport: Transport) => void
  onFailure: (error: ConnectError) => void
  /** The pause after a failure is over. */
  onResume: () => void
}

/**
 * Opens transports, as many at a time as asked for. After a failure it pauses, longer from failure to failure, and then
 * tries one at a time until one succeeds, so that an origin that is down is not hammered.
 */
export class Opener {
  readonly #options: OpenerOptions
  #opening = 0
  #failures = 0
  #stopped = false
  #pause: Timer | undefined
  #lastError: ConnectError | undefined

  constructor(options: OpenerOptions) {
    this.#options = options
  }

  /** Transports being opened now. */
  get opening(): number {
    return this.#opening
  }

  /** Why nothing is being opened: the failure that the present pause follows. */
  get pausedBy(): ConnectError | undefined {
    return this.#pause && this.#lastError
  }

  /** Sees to it that `count` transports are being opened, unless it is pausing or trying one at a time. */
  openUpTo(count: number): void {
    if (this.#pause) return
    const most = this.#failures ? Math.min(count, 1) : count
    while (this.#opening < most) this.#open()
  }

  /** Opens nothing any more; what is being opened now is closed at once. */
  stop(): void {
    this.#stopped = true
    if (this.#pause) this.#options.clock.clearTimeout(this.#pause)
    this.#pause = undefined
  }

  #open(): void {
    this.#opening++
    this.#options.connect().then(
      (transport) => {
        this.#opening--
        if (this.#stopped) transport.destroy()
        else this.#succeed(transport)
      },
      (cause) => {
        this.#opening--
        if (!this.#stopped) this.#fail(new ConnectError(cause))
      }
    )
  }

  #succeed(transport: Transport): void {
    this.#failures = 0
    this.#options.onOpen(transport)
  }

  #fail(error: ConnectError): void {
    this.#lastError = error
    // Attempts made together fail together: that is one failure.
    if (!this.#pause) this.#holdBack()
    this.#options.onFailure(error)
  }

  #holdBack(): void {
    const { clock, random, onResume } = this.#options
    const step = Math.min(PAUSE.longest, PAUSE.first * 2 ** this.#failures++)
    // Half of the step is left to chance, so that several services do not come back in step.
    this.#pause = clock.setTimeout(
      () => {
        this.#pause = undefined
        onResume()
      },
      step * (0.5 + random() / 2)
    )
    this.#pause.unref()
  }
}
