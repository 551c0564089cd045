/** Reads under way, which identical ones may join. */
export class SharedRequests<T> {
  /** How many have joined another, since the start. */
  joined = 0
  /**
   * No Map: V8 links each table that a Map has outgrown to the next, so that a busy one drags its past through every minor
   * garbage collection. With a Map here a request cost a fifth more.
   */
  #underWay: Record<string, T> = Object.create(null)

  /** The read under way with this key, which identifies it, if there is one. */
  join(key: string): T | undefined {
    const request = this.#underWay[key]
    if (request) this.joined++
    return request
  }

  add(key: string, request: T): void {
    this.#underWay[key] = request
  }

  /** Removes the read, unless another has taken its place. */
  remove(key: string, request: T): void {
    if (this.#underWay[key] === request) delete this.#underWay[key]
  }

  /** Lets nobody join any of them any more: what they respond may be older than a write that has ended. */
  clear(): void {
    this.#underWay = Object.create(null)
  }
}
