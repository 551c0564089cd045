import { performance } from 'node:perf_hooks'
import type { ReadBudget } from '../supabase/exchange.ts'
import { ServiceError } from './service-errors.ts'

/** A body up to this size is not counted, and so never refused: most of it fits into its socket's send buffer. */
export const SMALL_BODY_BYTES = 64 * 1024

/** No further response is begun beyond this share of the limit: the rest is for those under way, which still grow. */
const ADMISSION_SHARE = 1 / 2

interface ResponseMemoryOptions {
  /** Bytes of large responses that may be in memory at a time. */
  limit: number
  /** How long a client may take over a response that others need the memory of, in milliseconds. */
  sendTimeout: number
  /** Milliseconds. */
  now?: () => number
}

/** What takes a response from here, for instance a socket. */
interface Receiver {
  destroy(): void
}

interface Sending {
  readonly since: number
  cut(): void
}

/**
 * Bounds the bytes of responses in memory: those that are being read from Supabase, and those that clients have not yet
 * taken. What does not fit is refused at once with a `ServiceError` (503).
 */
export class ResponseMemory implements ReadBudget {
  readonly limit: number
  readonly #sendTimeout: number
  readonly #now: () => number
  #used = 0
  /** How many hold the same buffer, which is in memory once. */
  readonly #holders = new WeakMap<Buffer, number>()
  /** The oldest first. */
  readonly #sending = new Set<Sending>()

  constructor({ limit, sendTimeout, now = () => performance.now() }: ResponseMemoryOptions) {
    this.limit = limit
    this.#sendTimeout = sendTimeout
    this.#now = now
  }

  /** Bytes in memory now. */
  get used(): number {
    return this.#used
  }

  grow(taken: number, size: number): number {
    if (size <= SMALL_BODY_BYTES) return 0
    this.#reserve(size - taken, taken === 0 ? this.limit * ADMISSION_SHARE : this.limit)
    return size
  }

  release(bytes: number): void {
    this.#used -= bytes
  }

  /** Counts a body until the function that this gives is called; the same buffer once, however many hold it. */
  hold(body: Buffer | string): () => void {
    if (body.length <= SMALL_BODY_BYTES) return () => {}
    if (typeof body === 'string') {
      const bytes = Buffer.byteLength(body)
      this.#reserve(bytes, this.limit)
      return () => this.release(bytes)
    }
    const holders = this.#holders.get(body) ?? 0
    if (holders === 0) this.#reserve(body.length, this.limit)
    this.#holders.set(body, holders + 1)
    return () => {
      const left = (this.#holders.get(body) as number) - 1
      this.#holders.set(body, left)
      if (left === 0) this.release(body.length)
    }
  }

  /** Holds a body until the receiver has it, which is told by calling the function that this gives. */
  send(body: Buffer | string, receiver: Receiver): () => void {
    const release = this.hold(body)
    const end = () => {
      if (this.#sending.delete(sending)) release()
    }
    const sending: Sending = {
      since: this.#now(),
      cut: () => {
        end()
        receiver.destroy()
      }
    }
    this.#sending.add(sending)
    return end
  }

  #reserve(bytes: number, limit: number): void {
    if (this.#used + bytes > limit) this.#cutSlow(limit - bytes)
    if (this.#used + bytes > limit) throw new ServiceError('OVERLOADED')
    this.#used += bytes
  }

  /** Disconnects the slowest clients until no more than `target` bytes are in use, but none that is still in time. */
  #cutSlow(target: number): void {
    const latest = this.#now() - this.#sendTimeout
    for (const { since, cut } of this.#sending) {
      if (since > latest || this.#used <= target) return
      cut()
    }
  }
}
