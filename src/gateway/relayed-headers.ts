import type { IncomingHttpHeaders } from 'node:http'

/** For one connection only (RFC 9110, 7.6.1), beside those that `Connection` names. */
const HOP_BY_HOP = [
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade']
]

/** Of a request: what the service says itself, and what tells of the client or of the way it came. */
const OWN_REQUEST_HEADERS = new Set([
  ...HOP_BY_HOP,
  ...['host', 'content-length', 'expect', 'apikey', 'authorization', 'x-request-id', 'traceparent', 'tracestate'],
  ...['cookie', 'user-agent', 'origin', 'referer', 'forwarded', 'via', 'x-real-ip', 'x-client-ip', 'true-client-ip'],
  ...['x-cluster-client-ip', 'x-original-url', 'x-rewrite-url', 'x-http-method-override', 'x-method-override']
])
const OWN_REQUEST_PREFIX = /^(?:x-forwarded-|access-control-|sec-|proxy-|cf-)/

/** Of a response: what is said of the connection to Supabase, of its host, or to a page of another origin. */
const OWN_RESPONSE_HEADERS = new Set([
  ...HOP_BY_HOP,
  ...['date', 'server', 'via', 'set-cookie', 'alt-svc', 'strict-transport-security', 'x-request-id']
])
const OWN_RESPONSE_PREFIX = /^(?:access-control-|cf-|x-kong-|sb-)/

/**
 * The headers of a client's request that go on to Supabase. All but a few do: functions and policies in the database may
 * read any of them.
 */
export function relayedRequestHeaders(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const relayed = select(headers, OWN_REQUEST_HEADERS, OWN_REQUEST_PREFIX)
  // The pool's own would ask for JSON.
  relayed.accept ??= '*/*'
  return relayed
}

/** The headers of Supabase's response that go on to the client. */
export function relayedResponseHeaders(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  return select(headers, OWN_RESPONSE_HEADERS, OWN_RESPONSE_PREFIX)
}

function select(
  headers: IncomingHttpHeaders,
  own: ReadonlySet<string>,
  prefix: RegExp
): Record<string, string | string[]> {
  const named = parseConnection(headers.connection)
  const selected: Record<string, string | string[]> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined && !own.has(name) && !prefix.test(name) && !named?.has(name)) selected[name] = value
  }
  return selected
}

/** The headers that `Connection` declares to be for one connection only; both may be thousands. */
function parseConnection(connection: string | undefined): ReadonlySet<string> | undefined {
  if (connection === undefined || connection === 'keep-alive') return undefined
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()))
}
