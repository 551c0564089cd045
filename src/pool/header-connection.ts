import type { DispatchHandler, RequestCopy } from './dispatch.ts'
import { type HeaderSets, mergeHeaders } from './headers.ts'
import type { PossibleLeak } from './options.ts'
import type { RetireReason } from './statistics.ts'
import type { Transport } from './transport.ts'

/** Whoever holds the lease of a connection. */
export interface LeaseHolder {
  /** Where it was acquired: see `PossibleLeak`. */
  readonly callSite: string
  /** Whether data has been sent or received since this was last called: such a lease is long, and no leak. */
  takeProgress(): boolean
}

/**
 * One real keep-alive connection and the headers that its requests carry. It lives exactly as long as its socket. Its
 * state changes only here: it is leased or idle until it is retired, for good. Times are milliseconds of the pool's clock.
 */
export class HeaderConnection {
  readonly transport: Transport
  /** Scheme, host and port of the server. */
  readonly origin: string
  readonly headers: HeaderSets
  readonly #expiresAt: number
  #state: 'idle' | 'leased' | 'retired' = 'leased'
  #fresh = true
  #outdated = false
  #idleSince = 0
  #leasedAt = 0
  /** When it was leased, or found to have made progress. */
  #progressedAt = 0
  /** Undefined once a possible leak has been detected. */
  #holder: LeaseHolder | undefined

  constructor(transport: Transport, origin: string, headers: HeaderSets, expiresAt: number) {
    this.transport = transport
    this.origin = origin
    this.headers = headers
    this.#expiresAt = expiresAt
  }

  get state(): 'idle' | 'leased' | 'retired' {
    return this.#state
  }

  /** True until it has idled or been released: until then the server has had no time to close it. */
  get fresh(): boolean {
    return this.#fresh
  }

  lease(holder: LeaseHolder, now: number): void {
    this.#state = 'leased'
    this.#leasedAt = this.#progressedAt = now
    this.#holder = holder
  }

  /** Ends a lease, also of a connection that has been retired meanwhile. Returns how long the lease lasted. */
  release(now: number): number {
    this.#fresh = false
    this.#holder = undefined
    return now - this.#leasedAt
  }

  /** Begins to idle. */
  park(now: number): void {
    this.#state = 'idle'
    this.#fresh = false
    this.#idleSince = now
  }

  /** Its credentials have been replaced: it is retired when it is released. */
  markOutdated(): void {
    this.#outdated = true
  }

  retire(): void {
    this.#state = 'retired'
  }

  /** Why it must not be leased any more, if so. */
  findRetireReason(now: number): RetireReason | undefined {
    if (!this.transport.open) return this.#state === 'idle' ? 'lost' : 'broken'
    // A response that is still on its way must not reach the next caller.
    if (this.transport.busy) return 'broken'
    if (this.#outdated) return 'renewed'
    if (now >= this.#expiresAt) return 'expired'
  }

  getIdleTime(now: number): number {
    return now - this.#idleSince
  }

  /** The present lease if it has made no progress for `threshold`, in milliseconds; once per lease. */
  detectLeak(threshold: number, now: number): PossibleLeak | undefined {
    if (this.#holder?.takeProgress()) this.#progressedAt = now
    if (!this.#holder || now - this.#progressedAt < threshold) return undefined
    const { callSite } = this.#holder
    this.#holder = undefined
    return { callSite, duration: now - this.#leasedAt }
  }

  /** Sends a request with the headers of its role under its own; failures reach the handler. */
  dispatch({ options, headers, role }: RequestCopy, handler: DispatchHandler): boolean {
    options.headers = mergeHeaders(headers, this.headers[role])
    return this.transport.dispatch(options, handler)
  }
}
