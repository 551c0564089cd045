import type { IncomingHttpHeaders } from 'node:http'

/** The token of `Authorization: Bearer <token>`, if that is what the header says (RFC 6750). */
export function parseBearerToken({ headers }: { headers: IncomingHttpHeaders }): string | undefined {
  return /^Bearer +([\x21-\x7e]+)$/i.exec(headers.authorization ?? '')?.[1]
}
