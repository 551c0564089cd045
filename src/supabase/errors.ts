import { PoolError } from '../pool/errors.ts'

/** What the upstream said, for the log and never for a client. */
export interface UpstreamDetail {
  status: number
  code?: string | undefined
  message?: string | undefined
}

interface SupabaseErrorOptions extends ErrorOptions {
  /** When to try again, in seconds. */
  retryAfter?: number | undefined
  upstream?: UpstreamDetail
}

/** The name of the pool's origin in messages. */
export const UPSTREAM_NAME = 'Supabase'

/** The failures of Supabase by code: the status that a gateway responds with, and a message fit for clients. */
export const SUPABASE_ERRORS = {
  UPSTREAM_CONNECTION_LOST: [502, 'The connection to Supabase was lost'],
  UPSTREAM_ERROR: [502, 'Supabase failed'],
  UPSTREAM_REJECTED: [502, 'Supabase rejected the request'],
  UPSTREAM_REFUSED_KEYS: [502, "Supabase rejected the service's API keys"],
  UPSTREAM_INVALID_ANSWER: [502, 'Supabase returned an invalid response'],
  UPSTREAM_SCHEMA_MISSING: [
    502,
    'The Supabase project lacks a table or column that this request needs: run the SQL in supabase/migrations'
  ],
  UPSTREAM_NOT_SUPABASE: [502, 'SUPABASE_URL does not respond like a Supabase project'],
  UPSTREAM_UNAVAILABLE: [503, 'Supabase is busy or unavailable'],
  UPSTREAM_TIMEOUT: [504, 'Supabase did not respond in time'],
  INVALID_TOKEN: [401, 'Supabase rejected this bearer token'],
  FORBIDDEN: [403, 'This user is not allowed to do that']
} as const satisfies Record<string, [statusCode: number, message: string]>

export type SupabaseErrorCode = keyof typeof SUPABASE_ERRORS

/** A failure of Supabase. `statusCode` is what a gateway responds with; `message` is fit for clients. */
export class SupabaseError extends Error {
  readonly code: SupabaseErrorCode
  readonly statusCode: number
  readonly retryAfter: number | undefined
  readonly upstream: UpstreamDetail | undefined

  constructor(code: SupabaseErrorCode, options: SupabaseErrorOptions = {}) {
    const [statusCode, message] = SUPABASE_ERRORS[code]
    super(message, options)
    this.name = 'SupabaseError'
    this.code = code
    this.statusCode = statusCode
    this.retryAfter = options.retryAfter
    this.upstream = options.upstream
  }
}

/** Supabase responded with something that the service cannot use; `what` says so in the log. */
export function invalidResponse(what: string, options?: ErrorOptions): SupabaseError {
  return new SupabaseError('UPSTREAM_INVALID_ANSWER', { cause: new Error(what), ...options })
}

/** undici's errors for a request that cannot be sent at all. */
const UNSENDABLE = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH', 'UND_ERR_NOT_SUPPORTED'])

/**
 * What a failure to reach Supabase means: the pool's own errors as they are, a `TypeError` for a request that cannot be
 * sent, anything else a `SupabaseError` (502).
 */
export function toRequestError(error: Error & { code?: string }): Error {
  if (error instanceof PoolError) return error
  if (UNSENDABLE.has(error.code as string)) return new TypeError(error.message, { cause: error })
  if (error.name === 'HTTPParserError' || error.code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return invalidResponse(error.message, { cause: error })
  }
  return new SupabaseError('UPSTREAM_CONNECTION_LOST', { cause: error })
}
