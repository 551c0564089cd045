/** The service's own failures by code: the status, and a message fit for clients. */
export const SERVICE_ERRORS = {
  OVERLOADED: [503, 'Service overloaded, try again later'],
  NOT_READY: [503, 'Not ready'],
  CHEMISTRY_NOT_INSTALLED: [501, 'Structures are not supported here: openchemlib and piscina are not installed'],
  CHEMISTRY_OVERLOADED: [503, 'Computing this structure takes too long, or too many others wait: try again later'],
  SERVICE_KEY_MISSING: [502, 'Supabase lists its tables for a service key only: set SUPABASE_SERVICE_KEY']
} as const satisfies Record<string, [statusCode: number, message: string]>

export type ServiceErrorCode = keyof typeof SERVICE_ERRORS

interface ServiceErrorOptions extends ErrorOptions {
  /** What exactly is wrong, after the message. */
  detail?: string
}

/** A failure that the service itself reports. */
export class ServiceError extends Error {
  readonly code: ServiceErrorCode
  readonly statusCode: number

  constructor(code: ServiceErrorCode, { detail, ...options }: ServiceErrorOptions = {}) {
    const [statusCode, message] = SERVICE_ERRORS[code]
    super(detail ? `${message}: ${detail}` : message, options)
    this.name = 'ServiceError'
    this.code = code
    this.statusCode = statusCode
  }
}
