interface Credentials {
  /** The caller's own, which count more than the others. */
  headers?: Readonly<Record<string, string>> | undefined
  /** A user's own JWT. */
  token?: string | undefined
  hasBody: boolean
}

/** A request's headers by lower-case name. Throws a `TypeError` for what cannot stand in a header. */
export function requestHeaders({ headers, token, hasBody }: Credentials): Record<string, string> {
  const all = new Headers(headers)
  if (hasBody && !all.has('content-type')) all.set('content-type', 'application/json')
  if (token !== undefined) {
    // Not left to Headers, whose message has the value in it.
    if (!/^[\x21-\x7e]+$/.test(token)) throw new TypeError('This token cannot stand in a header')
    if (!all.has('authorization')) all.set('authorization', `Bearer ${token}`)
  }
  return Object.fromEntries(all)
}
