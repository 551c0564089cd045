interface Credentials {
  /** The caller's own, which take precedence. */
  headers?: Readonly<Record<string, string>> | undefined
  /** A user's own JWT. */
  token?: string | undefined
  hasBody: boolean
}

/** The headers of a request by lower-case name. Throws a `TypeError` for invalid names and values. */
export function requestHeaders({ headers, token, hasBody }: Credentials): Record<string, string> {
  const all: Record<string, string> = headers ? Object.fromEntries(new Headers(headers)) : {}
  if (hasBody) all['content-type'] ??= 'application/json'
  if (token !== undefined) {
    if (!/^[\x21-\x7e]+$/.test(token)) throw new TypeError('The token is not a valid header value')
    all.authorization ??= `Bearer ${token}`
  }
  return all
}
