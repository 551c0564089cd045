import { errors } from 'undici'
import type { DispatchHandler, PooledDispatchOptions } from './dispatch.ts'
import { type HeaderSets, headersUnder } from './headers.ts'
import type { Transport } from './transport.ts'

/**
 * One real keep-alive connection and the headers that its requests carry. It lives exactly as long as its socket.
 * Times are milliseconds of the pool's clock.
 */
export class HeaderConnection {
  readonly transport: Transport
  /** Scheme, host and port at the other end. */
  readonly origin: string
  readonly headers: HeaderSets
  state: 'idle' | 'leased' | 'retired' = 'leased'
  /** From this time on it is not lent any more. */
  expiresAt: number
  /** When it was returned last. */
  idleSince = 0
  /** True until it has idled or been returned: until then the server has had no time to close it. */
  fresh = true

  constructor(transport: Transport, origin: string, headers: HeaderSets, expiresAt: number) {
    this.transport = transport
    this.origin = origin
    this.headers = headers
    this.expiresAt = expiresAt
  }

  /** Whether it may be lent now. */
  isUsable(now: number): boolean {
    return this.transport.open && now < this.expiresAt
  }

  /**
   * Sends a request that carries the headers of `options.role` under its own. Throws undici's `InvalidArgumentError` for
   * one that must not or cannot go over this connection; later failures reach the handler.
   */
  dispatch(options: PooledDispatchOptions, handler: DispatchHandler): boolean {
    const { origin, method, upgrade, role } = options
    if (origin !== undefined && URL.parse(String(origin))?.origin !== this.origin) {
      throw new errors.InvalidArgumentError('The credentials of a pool go to its own origin only')
    }
    if (upgrade || method === 'CONNECT') throw new errors.InvalidArgumentError('A pooled connection is not upgraded')
    if (role !== undefined && !Object.hasOwn(this.headers, role)) throw new errors.InvalidArgumentError('Unknown role')
    const headers = headersUnder(options.headers, this.headers[role ?? 'anon'])
    return this.transport.dispatch({ ...options, headers }, handler)
  }
}
