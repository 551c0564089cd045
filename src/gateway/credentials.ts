import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { parseBearerToken } from '../http/bearer-token.ts'
import { bypassesRowSecurity, classifyKey, type Keys } from '../supabase/keys.ts'
import { GatewayError } from './gateway-error.ts'

/** Each character as it stands, or percent-encoded in either case. */
const APIKEY = Array.from('apikey', (letter) => {
  const code = (character: string) => character.charCodeAt(0).toString(16)
  return `(?:${letter}|%${code(letter)}|%${code(letter.toUpperCase())})`
}).join('')
/** A parameter of that name; PostgREST takes a semicolon for a separator as well. */
const APIKEY_PARAMETER = new RegExp(`[?&;]${APIKEY}(?:[=&;]|$)`, 'i')

const SECRET_KEY_HINT =
  'Use the publishable or anon key, with a user\'s access token in "Authorization" if there is one'

/**
 * Checks who asks, as Supabase's own gateway does: the caller presents the project's publishable or anon key in `apikey`.
 * Returns the user's own token in `Authorization`, if there is one. Throws a `GatewayError`.
 */
export function checkCredentials(headers: IncomingHttpHeaders, url: string, keys: Keys): string | undefined {
  if (APIKEY_PARAMETER.test(url)) {
    const hint = 'Send the header "apikey"'
    throw new GatewayError(400, 'API_KEY_IN_URL', 'An API key in the URL is refused, because URLs are logged', hint)
  }
  const { apikey, authorization } = headers
  if (typeof apikey !== 'string') {
    const hint = 'Send the project\'s publishable or anon key in the header "apikey"'
    throw new GatewayError(401, 'NO_API_KEY', 'No API key found in request', hint)
  }
  if (!isEqual(apikey, keys.anon)) {
    refuseSecretKey(apikey, keys)
    throw new GatewayError(401, 'INVALID_API_KEY', 'Invalid API key', "Check the project's publishable or anon key")
  }
  if (authorization === undefined) return undefined
  const token = parseBearerToken({ headers })
  if (token === undefined) {
    throw new GatewayError(401, 'INVALID_AUTHORIZATION', 'The header "Authorization" must be "Bearer" and a token')
  }
  // supabase-js sends the key there where no user is signed in.
  if (token === apikey) return undefined
  refuseSecretKey(token, keys)
  return token
}

function refuseSecretKey(key: string, { anon, service }: Keys): void {
  const isSecret = bypassesRowSecurity(classifyKey(key)) || (service !== anon && isEqual(key, service))
  if (!isSecret) return
  const message = 'A secret or service_role key is refused, because it bypasses row level security'
  throw new GatewayError(403, 'SECRET_KEY_REFUSED', message, SECRET_KEY_HINT)
}

/** In a time that depends on the lengths alone. */
function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
