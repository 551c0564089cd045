import type { HeaderSet, HeaderSets } from '../pool/headers.ts'

/** A Supabase project's two API keys. */
export interface Keys {
  /** The `anon` or publishable key. */
  readonly anon: string
  /** The `service_role` or secret key. */
  readonly service: string
}

/** The kind of an API key: new keys have it in their prefix, legacy ones in the JWT's `role`. */
export type KeyKind = 'publishable' | 'secret' | 'legacy anon' | 'legacy service_role' | 'unknown'

/**
 * The kind of a key by its form alone: https://supabase.com/docs/guides/api/api-keys. The signature of a legacy key is not
 * verified. A key in neither form, for instance a self-hosted gateway's own, is `unknown`.
 */
export function classifyKey(key: string): KeyKind {
  if (key.startsWith('sb_publishable_')) return 'publishable'
  if (key.startsWith('sb_secret_')) return 'secret'
  const role = readRole(key)
  return role === 'anon' || role === 'service_role' ? `legacy ${role}` : 'unknown'
}

/** Whether a key of this kind bypasses row level security; undefined when its form does not say. */
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

/** The headers of requests to a project, by role, all of them with this `User-Agent`. */
export function headerSets(keys: Keys, userAgent: string): HeaderSets {
  return { anon: headerSet(keys.anon, userAgent), service: headerSet(keys.service, userAgent) }
}

function headerSet(key: string, userAgent: string): HeaderSet {
  // Supabase refuses a secret key with a browser's User-Agent, so the service always sends its own.
  const headers = { apikey: key, accept: 'application/json', 'user-agent': userAgent }
  // Only a legacy key is a JWT; `sb_publishable_…` and `sb_secret_…` are refused as bearer tokens.
  return Object.freeze(key.startsWith('sb_') ? headers : { ...headers, authorization: `Bearer ${key}` })
}
