import type { HeaderConnection, LeaseHolder } from './header-connection.ts'

/** The pool's open connections: a stack of the idle ones, and the leased ones. */
export class ConnectionSet {
  readonly #all = new Set<HeaderConnection>()
  /** Last in, first out: the warmest socket. */
  readonly #idle: HeaderConnection[] = []

  get size(): number {
    return this.#all.size
  }

  get idleCount(): number {
    return this.#idle.length
  }

  get leasedCount(): number {
    return this.#all.size - this.#idle.length
  }

  /** The one that has idled for the shortest time. */
  get newestIdle(): HeaderConnection | undefined {
    return this.#idle.at(-1)
  }

  /** A copy, the one that has idled longest first. */
  listIdle(): HeaderConnection[] {
    return [...this.#idle]
  }

  /** A copy. */
  listLeased(): HeaderConnection[] {
    return [...this.#all].filter(({ state }) => state === 'leased')
  }

  /** Adds a new connection, which counts as leased until it is parked. */
  add(connection: HeaderConnection): void {
    this.#all.add(connection)
  }

  /** Leases a connection that has just been opened or released, or the newest idle one. */
  lease(connection: HeaderConnection, holder: LeaseHolder, now: number): void {
    if (connection.state === 'idle') this.#idle.pop()
    connection.lease(holder, now)
  }

  /** Keeps a connection for the next caller. */
  park(connection: HeaderConnection, now: number): void {
    connection.park(now)
    this.#idle.push(connection)
  }

  retire(connection: HeaderConnection): void {
    if (connection.state === 'idle') this.#idle.splice(this.#idle.lastIndexOf(connection), 1)
    this.#all.delete(connection)
    connection.retire()
  }
}
