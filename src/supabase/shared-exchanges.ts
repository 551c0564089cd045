import type { Exchange } from './exchange.ts'

/** Reads under way, which identical ones may join. */
export class SharedExchanges {
  /** How many have joined another, since the start. */
  joined = 0
  /**
   * No Map: V8 links each table that a Map has outgrown to the next, so that a busy one drags its past through every minor
   * garbage collection. With a Map here a request cost a fifth more.
   */
  readonly #underWay: Record<string, Exchange> = Object.create(null)

  /** The exchange under way with this key, which identifies a read, if there is one. */
  join(key: string): Exchange | undefined {
    const exchange = this.#underWay[key]
    if (exchange) this.joined++
    return exchange
  }

  add(key: string, exchange: Exchange): void {
    this.#underWay[key] = exchange
  }

  remove(key: string): void {
    delete this.#underWay[key]
  }
}
