import type { HeaderSet, HeaderSets } from '../pool/headers.ts'

/** A Supabase project's two API keys. */
export interface Keys {
  /** The `anon` or publishable key. */
  readonly anon: string
  /** The `service_role` or secret key. */
  readonly service: string
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
