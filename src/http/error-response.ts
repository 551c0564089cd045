import { STATUS_CODES } from 'node:http'
import { PoolError } from '../pool/errors.ts'
import { SupabaseError } from '../supabase/errors.ts'

/** The answer to a request that failed. */
export interface ErrorAnswer {
  statusCode: number
  headers: Record<string, string>
  body: { status: 'error'; message: string; code: string; request_id: string }
}

/** What Fastify and http-errors put on their errors. */
interface HttpError extends Error {
  statusCode?: number
  code?: unknown
  expose?: boolean
  validation?: ValidationFault[]
  validationContext?: string
}

interface ValidationFault {
  instancePath: string
  keyword: string
  message?: string
  params: Record<string, unknown>
}

const KINDS: Readonly<Record<string, string>> = {
  querystring: 'query parameter',
  params: 'path parameter',
  headers: 'header',
  body: 'body property'
}

/** In the place of the framework's own words, which repeat the URL. */
const WORDS: Readonly<Record<string, string>> = {
  FST_ERR_BAD_URL: 'The path of the URL is not readable: its percent-encoding is wrong',
  FST_ERR_MAX_PARAM_LENGTH: 'The URL, or a part of its path, is too long'
}

/** When to try again after a 503 that does not say it itself, in seconds. */
const RETRY_AFTER = 1

/** Turns an error into the one shape that clients are shown. What the service did not mean to say stays unsaid. */
export function errorAnswer(thrown: unknown, requestId: string): ErrorAnswer {
  // Anything can be thrown.
  const error: HttpError = thrown instanceof Error ? thrown : new Error('Something other than an error was thrown')
  const statusCode = statusOf(error)
  const spoken = statusCode < 500 || error.expose || error instanceof PoolError || error instanceof SupabaseError
  const reason = STATUS_CODES[statusCode] as string
  // Not those that an error may carry: libraries put a request's on theirs.
  const headers: Record<string, string> = {}
  if (statusCode === 401) headers['www-authenticate'] = 'Bearer'
  if (statusCode === 503) headers['retry-after'] = String((error as SupabaseError).retryAfter ?? RETRY_AFTER)
  return {
    statusCode,
    headers,
    body: {
      status: 'error',
      message: spoken ? messageOf(error) : reason,
      code: (spoken && ownCode(error)) || reason.toUpperCase().replaceAll(/\W+/g, '_'),
      request_id: requestId
    }
  }
}

/** Codes of the framework are no business of a client's. */
function ownCode({ code }: HttpError): string | undefined {
  return typeof code === 'string' && !code.startsWith('FST_') ? code : undefined
}

function statusOf({ statusCode, validation }: HttpError): number {
  if (validation) return 400
  return statusCode !== undefined && statusCode >= 400 && STATUS_CODES[statusCode] ? statusCode : 500
}

function messageOf(error: HttpError): string {
  return error.validation ? validationMessage(error) : (WORDS[error.code as string] ?? error.message)
}

function validationMessage({ validation = [], validationContext = '' }: HttpError): string {
  return validation.map((fault) => describeFault(fault, validationContext)).join('; ')
}

function describeFault(fault: ValidationFault, context: string): string {
  const { instancePath, keyword, params } = fault
  const kind = KINDS[context] ?? context
  const field = (name: unknown) => `${kind} "${`${instancePath}/${name}`.slice(1)}"`
  if (keyword === 'additionalProperties') return `There is no ${field(params.additionalProperty)}`
  if (keyword === 'required') return `The ${field(params.missingProperty)} is required`
  const subject = instancePath ? `${kind} "${instancePath.slice(1)}"` : context
  return `The ${subject} ${complaint(fault, context)}`
}

function complaint({ keyword, message, params }: ValidationFault, context: string): string | undefined {
  if (keyword === 'format') return `must be a valid ${params.format}`
  if (keyword === 'enum') return `must be one of ${(params.allowedValues as string[]).join(', ')}`
  // A query parameter is a string unless it is given several times.
  if (context === 'querystring' && keyword === 'type' && params.type === 'string') return 'must be given once'
  return message
}
