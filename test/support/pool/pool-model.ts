// What the pool should do, as plainly as can be: lists, sums, and one step after another. See docs/pool.md.

/** Times are milliseconds. */
export const RULES = {
  minSize: 1,
  maxSize: 3,
  lifetime: 6_000,
  idleTimeout: 2_500,
  // The fractions keep timers from firing at the same moment, where either order would be right.
  acquireTimeout: 2_000.25,
  closeTimeout: 1_500.9,
  maxWaiting: 4,
  chance: 0.503
}
const HOUSEKEEPING_INTERVAL_MS = 1_000
const LIFETIME_MS = RULES.lifetime * (1 - 0.1 * RULES.chance)
const BACKOFFS_MS = [50, 100, 200, 400, 500].map((step) => step * (0.5 + RULES.chance / 2))

/** The group of those that go before all others. */
const URGENT = -1

export interface ModelConnection {
  id: number
  key: number
  expiresAt: number
  idleSince: number
  /** The server has closed the socket, which the pool has not been told yet. */
  dying: boolean
  /** It was released before its response had arrived. */
  busy: boolean
  /** It has neither idled nor been released yet. */
  fresh: boolean
}

/** The state of a caller: it waits, it has the connection of this id, it has ended like this, or its error has this code. */
export type Outcome = 'waiting' | number | string

export class PoolModel {
  now = 0
  key = 0
  created = 0
  discarded = 0
  reused = 0
  connectErrors = 0
  timeouts = 0
  rejected = 0
  idle: ModelConnection[] = []
  leased: { caller: number; connection: ModelConnection }[] = []
  /** In the order in which they came. */
  waiting: { caller: number; group: number; deadline: number }[] = []
  /** Those of `waiting` that go before all others, the next one first. */
  urgent: number[] = []
  /** The groups of the others in `waiting`, in the order of their turns. */
  turns: number[] = []
  outcomes: Outcome[] = []
  /** How often a caller's request has been retried. */
  retries: number[] = []
  aborted = new Set<number>()
  connecting = 0
  /** Ids of retired connections whose sockets have not closed yet. */
  closing: number[] = []
  failures = 0
  backoffUntil: number | undefined
  housekeepingAt: number | undefined = HOUSEKEEPING_INTERVAL_MS
  closeDeadline: number | undefined
  closed = false

  constructor() {
    this.#refill()
  }

  get active(): number {
    return this.idle.length + this.leased.length
  }

  /** A caller of this group wants a connection. Groups take turns. */
  acquire(caller: number, group: number): void {
    if (this.closed) {
      this.outcomes[caller] = 'POOL_CLOSED'
      return
    }
    const connection = this.#takeIdle()
    if (connection) {
      this.reused++
      this.#grant(caller, connection)
    } else {
      this.#queue(caller, group)
      if (this.waiting.length > RULES.maxWaiting + RULES.maxSize - this.active) {
        // Of the group with the most, and of the caller's own if that has as many.
        const groups = this.turns.toSorted((a, b) => Number(b === group) - Number(a === group))
        const sizes = groups.map((one) => this.#inLine(one).length)
        const largest = groups[sizes.indexOf(Math.max(...sizes))] as number
        this.#leave(this.#inLine(largest).at(-1) as number, 'POOL_QUEUE_FULL')
        this.rejected++
      }
      this.#settle()
    }
  }

  abort(caller: number): void {
    this.aborted.add(caller)
    if (this.outcomes[caller] === 'waiting') this.#leave(caller, 'aborted')
  }

  /** The caller releases its connection. */
  release(caller: number): void {
    const connection = this.#endLease(caller)
    connection.fresh = false
    if (this.#mayLease(connection)) this.#offer(connection)
    else this.#retire(connection)
  }

  /** The response to the caller's request has ended, and with it the lease. */
  responded(caller: number): void {
    this.outcomes[caller] = 'responded'
    this.release(caller)
  }

  /** The caller's connection breaks before the response has begun. */
  broken(caller: number, mayRetry: boolean): void {
    const connection = this.#endLease(caller)
    this.#retire(connection)
    const retries = this.retries[caller] ?? 0
    if (mayRetry && !connection.fresh && retries < 2) {
      this.retries[caller] = retries + 1
      if (this.aborted.has(caller)) {
        this.outcomes[caller] = 'aborted'
        return
      }
      this.urgent.unshift(caller)
      this.#queue(caller, URGENT)
      this.#settle()
    } else {
      this.outcomes[caller] = 'broken'
    }
  }

  connected(): void {
    this.connecting--
    if (this.#ended) return
    this.failures = 0
    const connection = {
      id: this.created++,
      key: this.key,
      expiresAt: this.now + LIFETIME_MS,
      idleSince: 0,
      dying: false,
      busy: false,
      fresh: true
    }
    this.#offer(connection)
    this.#refill()
  }

  connectFailed(): void {
    this.connecting--
    if (this.#ended) return
    this.connectErrors++
    if (this.backoffUntil === undefined) {
      this.backoffUntil = this.now + (BACKOFFS_MS[Math.min(this.failures++, BACKOFFS_MS.length - 1)] as number)
    }
    this.#settle()
  }

  /** A socket has closed. */
  socketClosed(id: number): void {
    if (this.closing.includes(id)) {
      this.closing = this.closing.filter((one) => one !== id)
    } else {
      this.idle = this.idle.filter((one) => one.id !== id)
      this.leased = this.leased.filter((one) => one.connection.id !== id)
      this.discarded++
    }
    this.#settle()
  }

  renew(): void {
    this.key++
    for (const connection of this.idle.splice(0)) this.#retire(connection)
    this.#refill()
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    this.housekeepingAt = undefined
    this.closeDeadline = this.now + RULES.closeTimeout
    for (const connection of this.idle.splice(0)) this.#retire(connection)
    this.#settle()
  }

  tick(duration: number): void {
    const end = this.now + duration
    for (;;) {
      const deadlines = this.waiting.map(({ deadline }) => deadline)
      const events = [...deadlines, this.backoffUntil, this.housekeepingAt, this.closeDeadline]
      const next = Math.min(...events.map((at) => at ?? Number.POSITIVE_INFINITY))
      if (next > end) break
      this.now = next
      if (next === this.backoffUntil) {
        this.backoffUntil = undefined
        this.#refill()
      } else if (next === this.housekeepingAt) {
        this.#housekeep()
      } else if (next === this.closeDeadline) {
        this.#destroy()
      } else {
        const [late] = this.waiting
        this.#leave(late?.caller as number, 'POOL_TIMEOUT')
        this.timeouts++
      }
    }
    this.now = end
  }

  /** Closed and empty: a connection that opens late does not count. */
  get #ended(): boolean {
    return this.closed && this.active + this.closing.length + this.waiting.length === 0
  }

  #mayLease({ dying, busy, key, expiresAt }: ModelConnection): boolean {
    return !dying && !busy && key === this.key && this.now < expiresAt
  }

  #grant(caller: number, connection: ModelConnection): void {
    this.leased.push({ caller, connection })
    this.outcomes[caller] = connection.id
  }

  #takeIdle(): ModelConnection | undefined {
    for (let connection = this.idle.pop(); connection; connection = this.idle.pop()) {
      if (this.#mayLease(connection)) return connection
      this.#retire(connection)
    }
  }

  #endLease(caller: number): ModelConnection {
    const lease = this.leased.find((one) => one.caller === caller)
    this.leased = this.leased.filter((one) => one !== lease)
    return (lease as { connection: ModelConnection }).connection
  }

  #offer(connection: ModelConnection): void {
    const next = this.urgent[0] ?? this.#takeTurn()
    if (next !== undefined) {
      if (!connection.fresh) this.reused++
      this.#leave(next, 'granted')
      this.#grant(next, connection)
    } else if (this.closed) {
      this.#retire(connection)
    } else {
      this.idle.push({ ...connection, fresh: false, idleSince: this.now })
    }
  }

  #queue(caller: number, group: number): void {
    this.waiting.push({ caller, group, deadline: this.now + RULES.acquireTimeout })
    if (group !== URGENT && !this.turns.includes(group)) this.turns.push(group)
    this.outcomes[caller] = 'waiting'
  }

  #leave(caller: number, outcome: Outcome): void {
    this.waiting = this.waiting.filter((one) => one.caller !== caller)
    this.urgent = this.urgent.filter((one) => one !== caller)
    this.turns = this.turns.filter((group) => this.#inLine(group).length)
    this.outcomes[caller] = outcome
  }

  #inLine(group: number): number[] {
    return this.waiting.filter((one) => one.group === group).map(({ caller }) => caller)
  }

  /** The first caller of the group whose turn it is. */
  #takeTurn(): number | undefined {
    const group = this.turns.shift()
    if (group === undefined) return undefined
    this.turns.push(group)
    return this.#inLine(group)[0]
  }

  #retire({ id }: ModelConnection): void {
    this.discarded++
    this.closing.push(id)
  }

  #settle(): void {
    this.#connect(this.waiting.length)
    if (this.backoffUntil === undefined) return
    while (this.waiting.length > 0) {
      const connection = this.#takeIdle()
      if (!connection) break
      this.#offer(connection)
    }
    const hopeless = this.active + this.closing.length + this.connecting === 0
    if (hopeless) for (const { caller } of this.waiting) this.#leave(caller, 'UPSTREAM_UNREACHABLE')
  }

  #refill(): void {
    this.#connect(Math.max(this.closed ? 0 : RULES.minSize - this.active, this.waiting.length))
  }

  #connect(wanted: number): void {
    if (this.backoffUntil !== undefined) return
    const room = RULES.maxSize - this.active - this.closing.length
    const most = Math.min(wanted, room, this.failures ? 1 : Number.POSITIVE_INFINITY)
    this.connecting = Math.max(this.connecting, most)
  }

  #housekeep(): void {
    this.housekeepingAt = this.now + HOUSEKEEPING_INTERVAL_MS
    for (const connection of [...this.idle]) {
      const spare = this.active > RULES.minSize && this.now - connection.idleSince >= RULES.idleTimeout
      if (!spare && this.#mayLease(connection)) continue
      this.idle = this.idle.filter((one) => one !== connection)
      this.#retire(connection)
    }
    this.#refill()
  }

  #destroy(): void {
    this.closeDeadline = undefined
    for (const { caller } of this.waiting) this.#leave(caller, 'POOL_CLOSED')
    for (const { connection } of this.leased.splice(0)) this.#retire(connection)
    this.#settle()
  }
}
