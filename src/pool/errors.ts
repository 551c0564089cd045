/** The `code`s of the pool's errors. */
export const POOL_ERROR_CODES = ['UPSTREAM_UNREACHABLE', 'POOL_TIMEOUT', 'POOL_QUEUE_FULL', 'POOL_CLOSED'] as const

export type PoolErrorCode = (typeof POOL_ERROR_CODES)[number]

/** A failure of the pool. `statusCode` is a gateway's for it; `message` may be shown to a client. */
export class PoolError extends Error {
  readonly code: PoolErrorCode
  readonly statusCode: number

  constructor(code: PoolErrorCode, statusCode: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.code = code
    this.statusCode = statusCode
  }
}

/** No connection to the origin of this name became free within `timeout` milliseconds. */
export class AcquireTimeoutError extends PoolError {
  constructor(name: string, timeout: number) {
    super('POOL_TIMEOUT', 503, `No connection to ${name} became free within ${timeout} ms`)
  }
}

/** The queue for a connection to the origin of this name is full. */
export class QueueFullError extends PoolError {
  constructor(name: string, maxWaiting: number) {
    super('POOL_QUEUE_FULL', 503, `${maxWaiting} requests are waiting for a connection to ${name} already`)
  }
}

/** The pool is closing or closed. */
export class PoolClosedError extends PoolError {
  constructor() {
    super('POOL_CLOSED', 503, 'The service is shutting down')
  }
}

/** A connection to the origin of this name could not be opened; `cause` says why. */
export class ConnectError extends PoolError {
  constructor(name: string, cause: unknown) {
    const timedOut = (cause as { code?: string }).code === 'UND_ERR_CONNECT_TIMEOUT'
    super('UPSTREAM_UNREACHABLE', timedOut ? 504 : 502, `${name} cannot be reached`, { cause })
  }
}
