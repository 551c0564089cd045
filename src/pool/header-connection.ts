import type { DispatchHandler, PooledDispatchOptions } from './dispatch.ts'
import { type HeaderSets, headersUnder } from './headers.ts'
import type { Transport } from './transport.ts'

/**
 * One real keep-alive connection and the headers that its requests carry. It lives exactly as long as its socket.
 * Times are milliseconds of the pool's clock.
 */
export class HeaderConnection {
  readonly transport: Transport
  readonly headers: HeaderSets
  state: 'idle' | 'leased' | 'retired' = 'leased'
  /** From this time on it is not lent any more. */
  expiresAt: number
  /** When it was returned last. */
  idleSince = 0
  /** True until it has idled or been returned: the server cannot have closed it meanwhile. */
  fresh = true

  constructor(transport: Transport, headers: HeaderSets, expiresAt: number) {
    this.transport = transport
    this.headers = headers
    this.expiresAt = expiresAt
  }

  isUsable(now: number): boolean {
    return this.transport.open && now < this.expiresAt
  }

  /** Sends a request that carries the headers of `options.role` under its own. */
  dispatch(options: PooledDispatchOptions, handler: DispatchHandler): boolean {
    const headers = headersUnder(options.headers, this.headers[options.role ?? 'anon'])
    return this.transport.dispatch({ ...options, headers }, handler)
  }
}
