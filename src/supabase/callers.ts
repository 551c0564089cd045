import type { RequestObserver } from './observer.ts'

interface Caller<T> {
  readonly resolve: (response: T) => void
  readonly reject: (reason: unknown) => void
  readonly signal: AbortSignal | undefined
  readonly observer: RequestObserver | undefined
  readonly onAbort: () => void
}

/** The callers that wait for the response to one request, in the order in which they joined. */
export class Callers<T> {
  readonly #waiting = new Set<Caller<T>>()
  readonly #onLastAbort: (reason: Error) => void
  #isSent = false

  /** `onLastAbort` is called, and is to reject, when the signal of the only caller left is aborted. */
  constructor(onLastAbort: (reason: Error) => void) {
    this.#onLastAbort = onLastAbort
  }

  /** Waits for the response. Rejects as `reject` does, or with the signal's reason. */
  join(signal?: AbortSignal, observer?: RequestObserver): Promise<T> {
    return new Promise((resolve, reject) => {
      const caller: Caller<T> = { resolve, reject, signal, observer, onAbort: () => this.#abort(caller) }
      this.#waiting.add(caller)
      signal?.addEventListener('abort', caller.onAbort)
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
    first.signal?.removeEventListener('abort', first.onAbort)
    first.resolve(response)
    for (const caller of others) this.#resolve(caller, rest, status)
  }

  #abort(caller: Caller<T>): void {
    const reason = caller.signal?.reason
    if (this.#waiting.size === 1) this.#onLastAbort(reason)
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
    caller.signal?.removeEventListener('abort', caller.onAbort)
  }
}
