import type { Exchange } from './exchange.ts'

/** Reads under way, which others that ask for the same may join. */
export class SharedExchanges {
  /** How many have joined another, since the start. */
  joined = 0
  readonly #underWay = new Map<string, Exchange>()

  /** The exchange that asks for `key`, everything that tells one read from another, if there is one. */
  join(key: string): Exchange | undefined {
    const exchange = this.#underWay.get(key)
    if (exchange) this.joined++
    return exchange
  }

  add(key: string, exchange: Exchange): void {
    this.#underWay.set(key, exchange)
  }

  remove(key: string): void {
    this.#underWay.delete(key)
  }
}
