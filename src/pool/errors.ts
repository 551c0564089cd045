/** A failure of the pool. `statusCode` is what a gateway answers for it; `message` is fit for a client's eyes. */
export class PoolError extends Error {
  readonly code: string
  readonly statusCode: number

  constructor(code: string, statusCode: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.code = code
    this.statusCode = statusCode
  }
}

/** No connection became free within the time a caller may wait. */
export class AcquireTimeoutError extends PoolError {
  constructor(milliseconds: number) {
    super('POOL_TIMEOUT', 503, `No connection to Supabase became free within ${milliseconds} ms`)
  }
}

/** As many callers as allowed are waiting already. */
export class QueueFullError extends PoolError {
  constructor(maxWaiting: number) {
    super('POOL_QUEUE_FULL', 503, `${maxWaiting} requests are waiting for a connection to Supabase already`)
  }
}

/** The pool is closing or closed. */
export class PoolClosedError extends PoolError {
  constructor() {
    super('POOL_CLOSED', 503, 'The service is shutting down')
  }
}

/** A connection could not be opened; `cause` tells why. */
export class ConnectError extends PoolError {
  constructor(cause: unknown) {
    const slow = (cause as { code?: string }).code === 'UND_ERR_CONNECT_TIMEOUT'
    super('UPSTREAM_UNREACHABLE', slow ? 504 : 502, 'Supabase cannot be reached', { cause })
  }
}
