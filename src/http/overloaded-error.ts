/** The service has no room for a request now. Clients get 503 with `Retry-After`. */
export class OverloadedError extends Error {
  readonly statusCode = 503
  readonly code = 'OVERLOADED'
  readonly expose = true

  constructor() {
    super('Service overloaded, try again later')
  }
}
