import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import proxyAddr from '@fastify/proxy-addr'
import { normalizeIP } from '@fastify/rate-limit'
import fp from 'fastify-plugin'
import { trustedProxies } from '../src/http/trusted-proxies.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The client's address, behind the proxies that `TRUST_PROXY` names; the same for all of an IPv6 network (/64). */
    getClientAddress(request: IncomingMessage): string
  }
}

/** Tells one client from another. Not by Fastify's `ip`, which does not look behind the proxy where the URL has no route. */
export default fp(
  async (app) => {
    const trusted = trustedProxies(app.config.TRUST_PROXY)
    const isTrusted = typeof trusted === 'boolean' ? () => trusted : trusted
    app.decorate('getClientAddress', (request) =>
      normalizeIP(parseAddress(proxyAddr(request, isTrusted)) ?? String(request.socket.remoteAddress))
    )
  },
  { name: 'client-address', dependencies: ['config'] }
)

/**
 * The IP address in an entry of `X-Forwarded-For`, to which some proxies add a port: `192.0.2.1:5678`, `[2001:db8::1]:5678`.
 * `undefined` for any other text, of which a client could send a different one each time.
 */
function parseAddress(text: string): string | undefined {
  const address = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
  return isIP(address) ? address : undefined
}
