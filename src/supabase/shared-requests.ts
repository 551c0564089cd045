/** How many reads are added to a Map, at least, before another one takes its place. */
const MIN_ADDED = 50

/** Reads under way, which identical ones may join. */
export class SharedRequests<T> {
  /** How many have joined another, since the start. */
  joined = 0
  #underWay = new Map<string, T>()
  #added = 0

  /** The read under way with this key, which identifies it, if there is one. */
  join(key: string): T | undefined {
    const request = this.#underWay.get(key)
    if (request) this.joined++
    return request
  }

  add(key: string, request: T): void {
    // V8 links each table that a Map has outgrown to the next one: one that is always busy would drag its past through every
    // minor garbage collection, at a fifth of what a request costs. With a plain object, whose keys V8 keeps in a table of
    // its own, it would cost 1.5 % more.
    if (++this.#added > Math.max(MIN_ADDED, this.#underWay.size / 4)) {
      this.#underWay = new Map(this.#underWay)
      this.#added = 0
    }
    this.#underWay.set(key, request)
  }

  /** Removes the read, unless another has taken its place. */
  remove(key: string, request: T): void {
    if (this.#underWay.get(key) === request) this.#underWay.delete(key)
  }

  /** Lets nobody join any of them any more: what they respond may be older than a write that has ended. */
  clear(): void {
    this.#underWay = new Map()
  }
}
