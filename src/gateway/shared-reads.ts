import { type Outgoing, Relay, type RelayedResponse } from './relay.ts'

/** Reads under way, which others that ask for the same may join. */
export class SharedReads {
  readonly #underWay = new Map<string, Relay>()

  /**
   * Joins the read of this `key`, everything that tells one read from another, or sends it. `undefined` for a response that
   * is too large to be shared. Rejects as `Relay` does.
   */
  read(key: string, outgoing: Outgoing): Promise<RelayedResponse | undefined> {
    const underWay = this.#underWay.get(key)
    if (underWay) {
      outgoing.observer.onJoined()
      return underWay.join(outgoing)
    }
    const relay = new Relay(outgoing, () => {
      // A response too large to be shared ends later than the next read of the same begins.
      if (this.#underWay.get(key) === relay) this.#underWay.delete(key)
    })
    this.#underWay.set(key, relay)
    return relay.send()
  }
}
