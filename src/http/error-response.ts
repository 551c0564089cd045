import { STATUS_CODES } from 'node:http'
import { PoolError } from '../pool/errors.ts'
import { SupabaseError } from '../supabase/errors.ts'
import { formats } from './schemas.ts'
import { ServiceError } from './service-errors.ts'

/** The response to a request that failed. */
export interface ErrorResponse {
  statusCode: number
  headers: Record<string, string>
  body: { status: 'error'; message: string; code: string; request_id: string }
}

/** What Fastify and http-errors put on their errors. */
interface HttpError extends Error {
  statusCode?: number
  code?: unknown
  expose?: boolean
  validation?: ValidationError[]
  validationContext?: string
}

interface ValidationError {
  instancePath: string
  keyword: string
  message?: string
  params: Record<string, unknown>
}

const PARAMETER_KINDS: Readonly<Record<string, string>> = {
  querystring: 'query parameter',
  params: 'path parameter',
  headers: 'header',
  body: 'body property'
}

/** In the place of Fastify's own messages, which repeat the URL. */
const FASTIFY_MESSAGES: Readonly<Record<string, string>> = {
  FST_ERR_BAD_URL: 'The path of the URL has invalid percent-encoding',
  FST_ERR_MAX_PARAM_LENGTH: 'The URL, or a part of its path, is too long'
}

/** When to try again after a 503 that does not say it itself. */
const RETRY_AFTER_SECONDS = 1

/** Turns an error into the one shape that clients see. The message of an unexpected error stays in the log. */
export function toErrorResponse(thrown: unknown, requestId: string): ErrorResponse {
  // Anything can be thrown, also what cannot be read.
  try {
    if (thrown instanceof Error) return describeError(thrown, requestId)
  } catch {}
  return describeError(new Error('Something other than an error was thrown'), requestId)
}

function describeError(error: HttpError, requestId: string): ErrorResponse {
  const statusCode = findStatus(error)
  const reason = STATUS_CODES[statusCode] as string
  const isExposed = statusCode < 500 || error.expose || isExpected(error)
  // Not those that an error may carry: libraries put a request's on theirs.
  const headers: Record<string, string> = {}
  if (statusCode === 401) headers['www-authenticate'] = 'Bearer'
  if (statusCode === 503) headers['retry-after'] = String((error as SupabaseError).retryAfter ?? RETRY_AFTER_SECONDS)
  return {
    statusCode,
    headers,
    body: {
      status: 'error',
      message: isExposed ? findMessage(error) : reason,
      code: (isExposed && findCode(error)) || reason.toUpperCase().replaceAll(/\W+/g, '_'),
      request_id: requestId
    }
  }
}

function isExpected(error: Error): boolean {
  return error instanceof PoolError || error instanceof SupabaseError || error instanceof ServiceError
}

/** Fastify's own codes are not for clients. */
function findCode({ code }: HttpError): string | undefined {
  return typeof code === 'string' && !code.startsWith('FST_') ? code : undefined
}

function findStatus({ statusCode, validation }: HttpError): number {
  if (validation) return 400
  return statusCode !== undefined && statusCode >= 400 && STATUS_CODES[statusCode] ? statusCode : 500
}

function findMessage(error: HttpError): string {
  const { validation, validationContext = '', code, message } = error
  if (!validation) return FASTIFY_MESSAGES[code as string] ?? message
  return validation.map((fault) => describeFault(fault, validationContext)).join('; ')
}

function describeFault(fault: ValidationError, context: string): string {
  const { instancePath, keyword, params } = fault
  const kind = PARAMETER_KINDS[context] ?? context
  const nameField = (name: unknown) => `${kind} "${`${instancePath}/${name}`.slice(1)}"`
  if (keyword === 'additionalProperties') return `Unknown ${nameField(params.additionalProperty)}`
  if (keyword === 'required') return `The ${nameField(params.missingProperty)} is required`
  const subject = instancePath ? `${kind} "${instancePath.slice(1)}"` : context
  return `The ${subject} ${describeRequirement(fault, context)}`
}

function describeRequirement({ keyword, message, params }: ValidationError, context: string): string | undefined {
  if (keyword === 'format') return formats[params.format as keyof typeof formats]?.requirement ?? message
  if (keyword === 'minLength' && params.limit === 1) return 'must not be empty'
  if (keyword === 'maxLength') return `must have at most ${params.limit} characters`
  if (keyword === 'enum') return `must be one of ${(params.allowedValues as string[]).join(', ')}`
  // A query parameter is a string unless it is given several times.
  if (context === 'querystring' && keyword === 'type' && params.type === 'string') return 'must be given once'
  return message
}
