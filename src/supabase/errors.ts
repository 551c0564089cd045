import { PoolError } from '../pool/errors.ts'

/** Where an error came from, for the log and never for a client. */
export interface UpstreamDetail {
  status: number
  code?: string | undefined
  message?: string | undefined
}

interface SupabaseErrorOptions extends ErrorOptions {
  /** When trying again makes sense, in seconds. */
  retryAfter?: number | undefined
  upstream?: UpstreamDetail
}

/** A failure of Supabase. `statusCode` is what a gateway answers for it; `message` is fit for a client's eyes. */
export class SupabaseError extends Error {
  readonly code: string
  readonly statusCode: number
  readonly retryAfter: number | undefined
  readonly upstream: UpstreamDetail | undefined

  constructor(code: string, statusCode: number, message: string, options: SupabaseErrorOptions = {}) {
    super(message, options)
    this.name = 'SupabaseError'
    this.code = code
    this.statusCode = statusCode
    this.retryAfter = options.retryAfter
    this.upstream = options.upstream
  }
}

/** Supabase did not answer in time. */
export function timedOut(options?: SupabaseErrorOptions): SupabaseError {
  return new SupabaseError('UPSTREAM_TIMEOUT', 504, 'Supabase did not answer in time', options)
}

/** Supabase answered with something that the service cannot use. */
export function nonsense(what: string, options?: SupabaseErrorOptions): SupabaseError {
  return new SupabaseError('UPSTREAM_INVALID_ANSWER', 502, 'Supabase gave an answer that makes no sense', {
    cause: new Error(what),
    ...options
  })
}

/** What answers at the project's URL is something else than Supabase's Data API. */
export function notSupabase(options?: SupabaseErrorOptions): SupabaseError {
  const message = 'SUPABASE_URL does not answer like a Supabase project'
  return new SupabaseError('UPSTREAM_NOT_SUPABASE', 502, message, options)
}

/** undici's errors for a request that cannot be sent at all. */
const UNSENDABLE = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH', 'UND_ERR_NOT_SUPPORTED'])

/**
 * What a failure on the way to Supabase means: the pool's own errors as they are, a `TypeError` for a request that cannot be
 * sent, anything else as 502.
 */
export function failureOnTheWay(error: Error & { code?: string }): Error {
  if (error instanceof PoolError) return error
  if (UNSENDABLE.has(error.code as string)) return new TypeError(error.message, { cause: error })
  if (error.name === 'HTTPParserError' || error.code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return nonsense(error.message, { cause: error })
  }
  return new SupabaseError('UPSTREAM_CONNECTION_LOST', 502, 'The connection to Supabase was lost', { cause: error })
}
