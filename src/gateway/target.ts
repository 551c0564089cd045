import { GatewayError } from './gateway-error.ts'

/** What a proxy on the way might read as another path, however often it decodes. */
const UNSAFE = /[/\\%?#]|\p{Cc}/u

/**
 * The request target at Supabase for a table or function. `kind` is what comes before its name, `name` is decoded and is
 * encoded anew, so that what has been checked is what is sent. The query stays as it is. Throws a `GatewayError`.
 */
export function gatewayTarget(base: string, kind: '' | 'rpc/', name: string, query: string): string {
  if (name === '' || name === '.' || name === '..' || UNSAFE.test(name)) {
    throw new GatewayError(404, 'NOT_FOUND', 'There is no table or function with such a name')
  }
  return `${base}${kind}${encodeURIComponent(name.toWellFormed())}${query}`
}

/** The query of a URL as it stands on the wire, with its question mark; empty when there is none. Throws a `GatewayError`. */
export function rawQuery(url: string): string {
  if (url.includes('#')) throw new GatewayError(400, 'INVALID_URL', 'A URL in a request has no fragment')
  const start = url.indexOf('?')
  return start === -1 ? '' : url.slice(start)
}
