import type { DispatchHandler } from './dispatch.ts'
import { type HeaderSets, headersUnder } from './headers.ts'
import type { RequestCopy } from './request-copy.ts'
import type { RetirementReason } from './statistics.ts'
import type { Transport } from './transport.ts'
import type { Waiter } from './wait-queue.ts'

/**
 * One real keep-alive connection and the headers that its requests carry. It lives exactly as long as its socket.
 * Times are milliseconds of the pool's clock.
 */
export class HeaderConnection {
  readonly transport: Transport
  /** Scheme, host and port at the other end. */
  readonly origin: string
  readonly headers: HeaderSets
  /** From this time on it is not lent any more. */
  readonly expiresAt: number
  state: 'idle' | 'leased' | 'retired' = 'leased'
  /** Its credentials have been replaced. */
  outdated = false
  /** True until it has idled or been returned: until then the server has had no time to close it. */
  fresh = true
  /** When it was returned last. */
  idleSince = 0
  /** When it was lent last. */
  lentAt = 0
  /** Who has it and has not been reported yet. */
  borrower: Waiter | undefined

  constructor(transport: Transport, origin: string, headers: HeaderSets, expiresAt: number) {
    this.transport = transport
    this.origin = origin
    this.headers = headers
    this.expiresAt = expiresAt
  }

  /** Why it may not be lent now, if so. */
  unfitness(now: number): RetirementReason | undefined {
    if (!this.transport.open) return this.state === 'idle' ? 'lost' : 'broken'
    // An answer still on its way must not reach the next borrower.
    if (this.transport.busy) return 'broken'
    if (this.outdated) return 'renewed'
    if (now >= this.expiresAt) return 'expired'
  }

  lendTo(borrower: Waiter, now: number): void {
    this.borrower = borrower
    this.lentAt = now
    borrower.granted(this)
  }

  /** Sends a request that carries the headers of its role under its own; failures reach the handler. */
  dispatch({ options, headers, role }: RequestCopy, handler: DispatchHandler): boolean {
    options.headers = headersUnder(headers, this.headers[role])
    return this.transport.dispatch(options, handler)
  }
}
