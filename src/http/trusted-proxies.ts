import proxyAddr from '@fastify/proxy-addr'

/** Whether this address is a proxy whose word on the caller's address is believed. */
export type TrustProxy = ReturnType<typeof proxyAddr.compile>

/** In a row: a client in a trusted subnet can write thousands into `X-Forwarded-For`, which all would be looked up. */
const MAX_PROXIES = 32

/**
 * The proxies whose word on the caller's address is believed, as Fastify takes them: all, none, or those with these
 * addresses, subnets or ranges that have a name (https://github.com/fastify/proxy-addr). Throws a `TypeError` for what is
 * none of these. No more than `MAX_PROXIES` in a row are trusted.
 */
export function trustedProxies(text = 'false'): boolean | TrustProxy {
  if (text === 'true' || text === 'false') return text === 'true'
  const addresses = text.split(',').map((address) => address.trim())
  try {
    // It reads 1 as 0.0.0.1, where others mean a number of proxies.
    if (!addresses.some((address) => /^\d+$/.test(address))) {
      const isTrusted = proxyAddr.compile(addresses)
      return (address, hop) => hop < MAX_PROXIES && isTrusted(address, hop)
    }
  } catch {
    // It repeats the value.
  }
  throw new TypeError('must be true, or addresses and subnets separated by commas')
}
