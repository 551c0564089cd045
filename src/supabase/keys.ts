import type { HeaderSet, HeaderSets } from '../pool/headers.ts'

/** A Supabase project's two API keys. */
export interface Keys {
  /** The `anon` or publishable key. */
  readonly anon: string
  /** The `service_role` or secret key. */
  readonly service: string
}

/** What an API key is: the new forms say it in their prefix, the legacy ones in the JWT's `role`. */
export type KeyKind = 'publishable' | 'secret' | 'legacy anon' | 'legacy service_role' | 'unknown'

/**
 * Tells what kind of key this is by its form alone: https://supabase.com/docs/guides/api/api-keys. A legacy key's signature
 * is not verified. A key in neither form, such as one of a self-hosted gateway's own, is `unknown`.
 */
export function classifyKey(key: string): KeyKind {
  if (key.startsWith('sb_publishable_')) return 'publishable'
  if (key.startsWith('sb_secret_')) return 'secret'
  const role = readRole(key)
  return role === 'anon' || role === 'service_role' ? `legacy ${role}` : 'unknown'
}

/** Whether a key of this kind bypasses row level security; undefined when its form does not tell. */
export function bypassesRowSecurity(kind: KeyKind): boolean | undefined {
  if (kind === 'unknown') return undefined
  return kind === 'secret' || kind === 'legacy service_role'
}

function readRole(key: string): unknown {
  const [, payload, signature] = key.split('.')
  if (payload === undefined || signature === undefined) return undefined
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString())?.role
  } catch {
    return undefined
  }
}

/** The headers of a project's requests, by role. `userAgent` is sent with them all. */
export function headerSets(keys: Keys, userAgent: string): HeaderSets {
  return { anon: headerSet(keys.anon, userAgent), service: headerSet(keys.service, userAgent) }
}

function headerSet(key: string, userAgent: string): HeaderSet {
  // Supabase refuses a secret key when the user agent looks like a browser's, so the service always sends its own.
  const headers = { apikey: key, accept: 'application/json', 'user-agent': userAgent }
  // Only a legacy key is a JWT; `sb_publishable_…` and `sb_secret_…` are refused as bearer tokens.
  return Object.freeze(key.startsWith('sb_') ? headers : { ...headers, authorization: `Bearer ${key}` })
}
