import { BlockList, isIP } from 'node:net'

const RANGES = new Set(['loopback', 'linklocal', 'uniquelocal'])

/**
 * The proxies whose word on the caller's address is believed, as Fastify takes them: all, none, or those with these
 * addresses. Throws a `TypeError` for what is none of these.
 */
export function trustedProxies(text = 'false'): boolean | string[] {
  if (text === 'true' || text === 'false') return text === 'true'
  const addresses = text.split(',').map((address) => address.trim())
  if (!addresses.every((address) => RANGES.has(address) || isAddressOrSubnet(address))) {
    throw new TypeError('must be true, or addresses and subnets separated by commas')
  }
  return addresses
}

function isAddressOrSubnet(text: string): boolean {
  const [address = '', prefix = '', ...others] = text.split('/')
  if (!isIP(address) || others.length) return false
  if (!text.includes('/')) return true
  try {
    new BlockList().addSubnet(
      address,
      /^\d+$/.test(prefix) ? Number(prefix) : -1,
      isIP(address) === 4 ? 'ipv4' : 'ipv6'
    )
    return true
  } catch {
    return false
  }
}
