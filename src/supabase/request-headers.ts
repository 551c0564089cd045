interface Credentials {
  /** The caller's own, which count more than the others. */
  headers?: Readonly<Record<string, string>> | undefined
  /** A user's own JWT. */
  token?: string | undefined
  hasBody: boolean
}

/** A request's headers by lower-case name. Throws a `TypeError` for what cannot stand in a header. */
export function requestHeaders({ headers, token, hasBody }: Credentials): Record<string, string> {
  const all: Record<string, string> = headers ? Object.fromEntries(new Headers(headers)) : {}
  if (hasBody) all['content-type'] ??= 'application/json'
  if (token !== undefined) {
    if (!/^[\x21-\x7e]+$/.test(token)) throw new TypeError('This token cannot stand in a header')
    all.authorization ??= `Bearer ${token}`
  }
  return all
}
