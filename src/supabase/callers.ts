import {
  addCancelListener,
  type Cancellation,
  getCancelReason,
  isCanceled,
  removeCancelListener
} from './cancellation.ts'
import type { RequestObserver } from './observer.ts'

interface Caller<T> {
  readonly resolve: (response: T) => void
  readonly reject: (reason: unknown) => void
  readonly cancellation: Cancellation | undefined
  readonly observer: RequestObserver | undefined
  readonly onCancel: () => void
}

/** The callers that wait for the response to one request, in the order in which they joined. */
export class Callers<T> {
  readonly #waiting = new Set<Caller<T>>()
  readonly #onLastCancel: (reason: Error) => void
  #isSent = false

  /** `onLastCancel` is called, and is to reject, when the only caller left cancels. */
  constructor(onLastCancel: (reason: Error) => void) {
    this.#onLastCancel = onLastCancel
  }

  /** Waits for the response. Rejects as `reject` does, or with the reason of the cancellation. */
  join(cancellation?: Cancellation, observer?: RequestObserver): Promise<T> {
    return new Promise((resolve, reject) => {
      const caller: Caller<T> = { resolve, reject, cancellation, observer, onCancel: () => this.#cancel(caller) }
      this.#waiting.add(caller)
      if (cancellation) addCancelListener(cancellation, caller.onCancel)
      if (this.#isSent) observer?.onSent()
    })
  }

  /** The request is being sent; once more when it is sent again. */
  markSent(): void {
    if (this.#isSent) return
    this.#isSent = true
    for (const { observer } of this.#waiting) observer?.onSent()
  }

  resolve(response: T, status: number): void {
    for (const caller of this.#waiting) this.#resolve(caller, response, status)
  }

  reject(reason: unknown): void {
    for (const caller of this.#waiting) this.#reject(caller, reason)
  }

  /** Resolves the first with a response that goes on, so that its observer waits for the end, and the others with `rest`. */
  resolveFirst(response: T, rest: T, status: number): void {
    const [first, ...others] = this.#waiting as unknown as [Caller<T>, ...Caller<T>[]]
    stopListening(first)
    first.resolve(response)
    for (const caller of others) this.#resolve(caller, rest, status)
  }

  #cancel(caller: Caller<T>): void {
    const cancellation = caller.cancellation as Cancellation
    // An emitter also calls a listener that another one has just removed.
    if (!this.#waiting.has(caller) || !isCanceled(cancellation)) return
    const reason = getCancelReason(cancellation)
    if (this.#waiting.size === 1) this.#onLastCancel(reason)
    else this.#reject(caller, reason)
  }

  #resolve(caller: Caller<T>, response: T, status: number): void {
    this.#remove(caller)
    caller.resolve(response)
    caller.observer?.onEnd(status)
  }

  #reject(caller: Caller<T>, reason: unknown): void {
    this.#remove(caller)
    caller.reject(reason)
    caller.observer?.onEnd(undefined, reason)
  }

  #remove(caller: Caller<T>): void {
    this.#waiting.delete(caller)
    stopListening(caller)
  }
}

function stopListening({ cancellation, onCancel }: Caller<never>): void {
  if (cancellation) removeCancelListener(cancellation, onCancel)
}
