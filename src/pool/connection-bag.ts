import type { HeaderConnection } from './header-connection.ts'

/** The pool's open connections: those that idle and those that are lent. */
export class ConnectionBag {
  readonly #all = new Set<HeaderConnection>()
  /** Put in last, taken out first: the warmest socket. */
  readonly #idle: HeaderConnection[] = []

  get idle(): number {
    return this.#idle.length
  }

  get leased(): number {
    return this.#all.size - this.#idle.length
  }

  get size(): number {
    return this.#all.size
  }

  /** The one that has idled for the shortest time. */
  get newest(): HeaderConnection | undefined {
    return this.#idle.at(-1)
  }

  /** A copy, the one that has idled longest first. */
  idleOnes(): HeaderConnection[] {
    return [...this.#idle]
  }

  /** A copy. */
  leasedOnes(): HeaderConnection[] {
    return [...this.#all].filter(({ state }) => state === 'leased')
  }

  /** Adds a new connection, which counts as lent until it is put in. */
  add(connection: HeaderConnection): void {
    this.#all.add(connection)
  }

  /** Takes out the one that was put in last. The bag must hold an idle one. */
  take(): HeaderConnection {
    const connection = this.#idle.pop() as HeaderConnection
    connection.state = 'leased'
    return connection
  }

  put(connection: HeaderConnection, now: number): void {
    connection.state = 'idle'
    connection.idleSince = now
    this.#idle.push(connection)
  }

  remove(connection: HeaderConnection): void {
    if (connection.state === 'idle') this.#idle.splice(this.#idle.lastIndexOf(connection), 1)
    this.#all.delete(connection)
    connection.state = 'retired'
  }
}
