import { SupabaseError } from './errors.ts'
import type { SupabaseResponse } from './response.ts'

const DAY_SECONDS = 86_400
/** PostgreSQL's code (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const INSUFFICIENT_PRIVILEGE = '42501'
/** PostgREST does not know the table (https://docs.postgrest.org/en/stable/references/errors.html). */
const UNKNOWN_TABLE = 'PGRST205'
/** PostgREST does not know a relation between tables that are to be embedded. */
const UNKNOWN_RELATION = 'PGRST200'
/** PostgreSQL does not know the table, the column. */
const UNDEFINED_TABLE = '42P01'
const UNDEFINED_COLUMN = '42703'
const SCHEMA_MISSING = new Set([UNKNOWN_TABLE, UNKNOWN_RELATION, UNDEFINED_TABLE, UNDEFINED_COLUMN])
const REFUSED_KEYS = 'UPSTREAM_REFUSED_KEYS'

/** Whether a response other than 2xx says that the key's role may not do that: the key itself was accepted. */
export function deniesPrivilege(response: SupabaseResponse): boolean {
  return errorBody(response).code === INSUFFICIENT_PRIVILEGE
}

/** Whether a response other than 2xx is a refusal of the service's own keys. */
export function refusesKeys(response: SupabaseResponse, token?: string): boolean {
  return toRefusal(response, token).code === REFUSED_KEYS
}

/**
 * What a response other than 2xx means to the caller. `token` is the user's own that the request carried, if it did: a
 * refusal may be meant for the user then, and not for the service.
 */
export function toRefusal(response: SupabaseResponse, token?: string): SupabaseError {
  const { status } = response
  const { code, message } = errorBody(response)
  const upstream = { status, code, message }
  const retryAfter = parseRetryAfter(response.headers['retry-after'])

  const withToken = token !== undefined
  if (withToken && refusesToken({ code, message }, token)) {
    return new SupabaseError('INVALID_TOKEN', { upstream })
  }
  if (withToken && (status === 403 || code === INSUFFICIENT_PRIVILEGE)) {
    return new SupabaseError('FORBIDDEN', { upstream })
  }
  if ((status === 401 || status === 403) && code !== INSUFFICIENT_PRIVILEGE) {
    return new SupabaseError(REFUSED_KEYS, { upstream })
  }
  if (status === 429 || status === 503) {
    return new SupabaseError('UPSTREAM_UNAVAILABLE', { retryAfter, upstream })
  }
  // 57014 is PostgreSQL's «query canceled», by the statement timeout.
  if (status === 408 || status === 504 || code === '57014') return new SupabaseError('UPSTREAM_TIMEOUT', { upstream })
  if (SCHEMA_MISSING.has(code as string)) return new SupabaseError('UPSTREAM_SCHEMA_MISSING', { upstream })
  // PostgREST says 404 of nothing else that is read, and never redirects: its only 3xx is 300, for an ambiguous embedding.
  if (status === 404 || (status > 300 && status < 400)) return new SupabaseError('UPSTREAM_NOT_SUPABASE', { upstream })
  if (status >= 500) return new SupabaseError('UPSTREAM_ERROR', { upstream })
  return new SupabaseError('UPSTREAM_REJECTED', { upstream })
}

/**
 * PGRST301 to 303 are PostgREST refusing the JWT (PGRST300 is the lack of a secret to verify any with). 22023 is PostgreSQL
 * not knowing the role that the JWT names, 22P05 a claim with a character that it cannot hold, and 22P02 a policy that
 * takes `sub` for a UUID, which it is not.
 */
function refusesToken(
  { code = '', message }: { code?: string | undefined; message?: string | undefined },
  token: string
): boolean {
  // The text before it is in the language of the server.
  if (code === '22P02') return message?.endsWith(`"${readSubject(token)}"`) === true
  return /^(PGRST30[1-3]|22023|22P05)$/.test(code)
}

/** The `sub` of a JWT that PostgREST has accepted. */
function readSubject(token: string): unknown {
  return JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString()).sub
}

/** PostgREST's errors are JSON with `code` and `message`; whatever else stands there is no error of its. */
function errorBody(response: SupabaseResponse): { code?: string; message?: string } {
  try {
    const { code, message } = response.json<{ code?: unknown; message?: unknown }>()
    return {
      ...(typeof code === 'string' && { code }),
      ...(typeof message === 'string' && { message })
    }
  } catch {
    return {}
  }
}

/** `Retry-After` as a number of seconds, up to a day; as a date it is ignored. */
function parseRetryAfter(retryAfter: string | undefined): number | undefined {
  return /^[1-9]\d{0,4}$/.test(retryAfter ?? '') ? Math.min(Number(retryAfter), DAY_SECONDS) : undefined
}
