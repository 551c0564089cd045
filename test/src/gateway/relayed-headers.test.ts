import t from 'tap'
import { relayedRequestHeaders, relayedResponseHeaders } from '../../../src/gateway/relayed-headers.ts'

t.test('headers that PostgREST, functions and policies may read go on to Supabase', (t) => {
  const headers = {
    accept: 'application/vnd.pgrst.object+json',
    'accept-encoding': 'gzip',
    'accept-profile': 'private',
    'content-profile': 'private',
    'content-type': 'text/csv',
    'if-none-match': '"a"',
    prefer: 'return=representation, count=exact',
    range: '0-9',
    'range-unit': 'items',
    'x-client-info': 'supabase-js/2',
    'x-tenant': 'a'
  }
  t.strictSame(relayedRequestHeaders(headers), headers)
  t.strictSame(relayedRequestHeaders({}), { accept: '*/*' }, 'not the accept of the pool')
  t.end()
})

t.test(
  'headers of the client, of its way or of one connection do not go on, nor those that the service sets itself',
  (t) => {
    const headers: Record<string, string> = { connection: 'close, X-Secret, prefer', 'x-secret': 'a', prefer: 'b' }
    for (const name of [
      ...['host', 'content-length', 'expect', 'apikey', 'authorization', 'x-request-id', 'traceparent', 'tracestate'],
      ...['cookie', 'user-agent', 'origin', 'referer', 'forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host'],
      ...['x-real-ip', 'cf-connecting-ip', 'sec-fetch-site', 'access-control-request-method', 'x-original-url'],
      ...['keep-alive', 'proxy-authorization', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']
    ]) {
      headers[name] = 'x'
    }
    t.strictSame(relayedRequestHeaders(headers), { accept: '*/*' })
    t.end()
  }
)

t.test('headers of a response go back to the client, but for those of the host and the connection', (t) => {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-range': '0-9/10',
    'content-location': '/molecules',
    'content-profile': 'private',
    'content-encoding': 'gzip',
    location: '/molecules?id=eq.1',
    'preference-applied': 'count=exact',
    'retry-after': '1',
    'www-authenticate': 'Bearer',
    'x-of-a-function': 'a'
  }
  const others = {
    connection: 'keep-alive, x-hop',
    'x-hop': 'a',
    'transfer-encoding': 'chunked',
    date: 'x',
    server: 'postgrest/12',
    'set-cookie': ['__cf_bm=a'],
    'alt-svc': 'h3',
    'strict-transport-security': 'max-age=1',
    'access-control-allow-origin': '*',
    'cf-ray': 'a',
    'sb-gateway-version': '1',
    'x-kong-proxy-latency': '1'
  }
  t.strictSame(relayedResponseHeaders({ ...headers, ...others }), headers)
  t.end()
})

t.test('thousands of names in Connection cost little, beside as many headers', (t) => {
  const names = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`a${i.toString(36)}`, '']))
  /** The least time of some rounds: garbage collection disturbs others. */
  const measure = (connection: string) => {
    let least = Infinity
    for (let i = 0; i < 20; i++) {
      const startedAt = performance.now()
      relayedRequestHeaders({ ...names, connection })
      least = Math.min(least, performance.now() - startedAt)
    }
    return least
  }
  const ratio = measure(`keep-alive${',a0z'.repeat(2_000)}`) / measure('close')
  t.ok(ratio < 10, `${ratio.toFixed(1)} times as much as one`)
  t.end()
})
