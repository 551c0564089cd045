/** A request that the gateway does not pass on. `message` and `hint` are fit for a client's eyes. */
export class GatewayError extends Error {
  readonly statusCode: number
  readonly code: string
  /** What to do instead. */
  readonly hint: string | undefined

  constructor(statusCode: number, code: string, message: string, hint?: string) {
    super(message)
    this.name = 'GatewayError'
    this.statusCode = statusCode
    this.code = code
    this.hint = hint
  }
}
