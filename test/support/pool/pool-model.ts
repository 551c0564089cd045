// What the pool should do, written down a second time and as plainly as can be: lists, sums, and one step after another.

/** Times are milliseconds. */
export const RULES = {
  minSize: 1,
  maxSize: 3,
  lifetime: 6_000,
  idleTimeout: 2_500,
  // The fractions keep two things from happening at the same moment, where either order would be right.
  acquireTimeout: 2_000.25,
  closeTimeout: 1_500.9,
  maxWaiting: 4,
  chance: 0.503
}
const HOUSEKEEPING = 1_000
const AGE = RULES.lifetime * (1 - 0.1 * RULES.chance)
const PAUSES = [50, 100, 200, 400, 500].map((step) => step * (0.5 + RULES.chance / 2))

export interface ModelConnection {
  id: number
  key: number
  expiresAt: number
  idleSince: number
  /** The socket has been closed by the server, which the pool has not been told yet. */
  dying: boolean
  /** A caller has returned it with an answer still on its way. */
  busy: boolean
  /** It has neither idled nor been returned yet. */
  fresh: boolean
}

/** What became of a caller: it waits, it has this connection, it has ended like this or was refused with this code. */
export type Outcome = 'waiting' | number | string

export class PoolModel {
  now = 0
  key = 0
  created = 0
  discarded = 0
  reused = 0
  connectFailures = 0
  timeouts = 0
  rejected = 0
  idle: ModelConnection[] = []
  leased: { caller: number; connection: ModelConnection }[] = []
  waiting: { caller: number; deadline: number }[] = []
  outcomes: Outcome[] = []
  /** How often a caller's request has been sent again. */
  repeats: number[] = []
  aborted = new Set<number>()
  opening = 0
  /** Ids of connections whose sockets have still to close. */
  closing: number[] = []
  failures = 0
  pausedUntil: number | undefined
  housekeepingAt: number | undefined = HOUSEKEEPING
  closeDeadline: number | undefined
  closed = false

  constructor() {
    this.#refill()
  }

  get active(): number {
    return this.idle.length + this.leased.length
  }

  acquire(caller: number): void {
    if (this.closed) {
      this.outcomes[caller] = 'POOL_CLOSED'
      return
    }
    const connection = this.#takeIdle()
    if (connection) {
      this.reused++
      this.#grant(caller, connection)
    } else if (this.waiting.length >= RULES.maxWaiting + RULES.maxSize - this.active) {
      this.rejected++
      this.outcomes[caller] = 'POOL_QUEUE_FULL'
    } else {
      this.waiting.push({ caller, deadline: this.now + RULES.acquireTimeout })
      this.outcomes[caller] = 'waiting'
      this.#settle()
    }
  }

  abort(caller: number): void {
    this.aborted.add(caller)
    const place = this.waiting.findIndex((one) => one.caller === caller)
    if (place < 0) return
    this.waiting.splice(place, 1)
    this.outcomes[caller] = 'aborted'
  }

  /** The caller returns its connection. */
  release(caller: number): void {
    const connection = this.#takeBack(caller)
    connection.fresh = false
    if (this.#isFit(connection)) this.#offer(connection)
    else this.#retire(connection)
  }

  /** The answer to the caller's request has ended, and with it the loan. */
  answered(caller: number): void {
    this.outcomes[caller] = 'answered'
    this.release(caller)
  }

  /** The caller's connection breaks before the answer has begun; the request may be sent once more. */
  broken(caller: number, mayRepeat: boolean): void {
    const connection = this.#takeBack(caller)
    this.#retire(connection)
    const repeats = this.repeats[caller] ?? 0
    if (mayRepeat && !connection.fresh && repeats < 2) {
      this.repeats[caller] = repeats + 1
      if (this.aborted.has(caller)) {
        this.outcomes[caller] = 'aborted'
        return
      }
      this.waiting.unshift({ caller, deadline: this.now + RULES.acquireTimeout })
      this.outcomes[caller] = 'waiting'
      this.#settle()
    } else {
      this.outcomes[caller] = 'broken'
    }
  }

  opened(): void {
    this.opening--
    if (this.#ended) return
    this.failures = 0
    const connection = {
      id: this.created++,
      key: this.key,
      expiresAt: this.now + AGE,
      idleSince: 0,
      dying: false,
      busy: false,
      fresh: true
    }
    this.#offer(connection)
    this.#refill()
  }

  openingFailed(): void {
    this.opening--
    if (this.#ended) return
    this.connectFailures++
    if (this.pausedUntil === undefined) {
      this.pausedUntil = this.now + (PAUSES[Math.min(this.failures++, PAUSES.length - 1)] as number)
    }
    this.#settle()
  }

  /** A socket has gone. */
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
      const events = [...deadlines, this.pausedUntil, this.housekeepingAt, this.closeDeadline]
      const next = Math.min(...events.map((at) => at ?? Number.POSITIVE_INFINITY))
      if (next > end) break
      this.now = next
      if (next === this.pausedUntil) {
        this.pausedUntil = undefined
        this.#refill()
      } else if (next === this.housekeepingAt) {
        this.#housekeep()
      } else if (next === this.closeDeadline) {
        this.#abandon()
      } else {
        const place = this.waiting.findIndex(({ deadline }) => deadline === next)
        const [late] = this.waiting.splice(place, 1)
        this.timeouts++
        this.outcomes[late?.caller as number] = 'POOL_TIMEOUT'
      }
    }
    this.now = end
  }

  /** Closed and empty: what is opened late is nobody's any more. */
  get #ended(): boolean {
    return this.closed && this.active + this.closing.length + this.waiting.length === 0
  }

  #isFit({ dying, busy, key, expiresAt }: ModelConnection): boolean {
    return !dying && !busy && key === this.key && this.now < expiresAt
  }

  #grant(caller: number, connection: ModelConnection): void {
    this.leased.push({ caller, connection })
    this.outcomes[caller] = connection.id
  }

  #takeIdle(): ModelConnection | undefined {
    for (let connection = this.idle.pop(); connection; connection = this.idle.pop()) {
      if (this.#isFit(connection)) return connection
      this.#retire(connection)
    }
  }

  #takeBack(caller: number): ModelConnection {
    const lease = this.leased.find((one) => one.caller === caller)
    this.leased = this.leased.filter((one) => one !== lease)
    return (lease as { connection: ModelConnection }).connection
  }

  #offer(connection: ModelConnection): void {
    const first = this.waiting.shift()
    if (first) {
      if (!connection.fresh) this.reused++
      this.#grant(first.caller, connection)
    } else if (this.closed) {
      this.#retire(connection)
    } else {
      this.idle.push({ ...connection, fresh: false, idleSince: this.now })
    }
  }

  #retire({ id }: ModelConnection): void {
    this.discarded++
    this.closing.push(id)
  }

  #settle(): void {
    this.#open(this.waiting.length)
    if (this.pausedUntil === undefined) return
    while (this.waiting.length > 0) {
      const connection = this.#takeIdle()
      if (!connection) break
      this.#offer(connection)
    }
    const hopeless = this.active + this.closing.length + this.opening === 0
    if (hopeless) for (const { caller } of this.waiting.splice(0)) this.outcomes[caller] = 'UPSTREAM_UNREACHABLE'
  }

  #refill(): void {
    this.#open(Math.max(this.closed ? 0 : RULES.minSize - this.active, this.waiting.length))
  }

  #open(wanted: number): void {
    if (this.pausedUntil !== undefined) return
    const room = RULES.maxSize - this.active - this.closing.length
    const most = Math.min(wanted, room, this.failures ? 1 : Number.POSITIVE_INFINITY)
    this.opening = Math.max(this.opening, most)
  }

  #housekeep(): void {
    this.housekeepingAt = this.now + HOUSEKEEPING
    for (const connection of [...this.idle]) {
      const spare = this.active > RULES.minSize && this.now - connection.idleSince >= RULES.idleTimeout
      if (!spare && this.#isFit(connection)) continue
      this.idle = this.idle.filter((one) => one !== connection)
      this.#retire(connection)
    }
    this.#refill()
  }

  #abandon(): void {
    this.closeDeadline = undefined
    for (const { caller } of this.waiting.splice(0)) this.outcomes[caller] = 'POOL_CLOSED'
    for (const { connection } of this.leased.splice(0)) this.#retire(connection)
    this.#settle()
  }
}
