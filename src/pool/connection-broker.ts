import { isAborted, reasonOf, type Signal } from './abort.ts'
import { type Clock, systemClock, type Timer } from './clock.ts'
import { ConnectionBag } from './connection-bag.ts'
import { type ConnectError, PoolClosedError, QueueFullError } from './errors.ts'
import { HeaderConnection } from './header-connection.ts'
import { Opener } from './opener.ts'
import type { PoolOptions } from './options.ts'
import { type PoolDurations, type PoolStats, type RetirementReason, Statistics } from './statistics.ts'
import type { Transport } from './transport.ts'
import { type Waiter, WaitQueue } from './wait-queue.ts'

export interface BrokerEvents {
  onConnect(): void
  onConnectFailure(error: ConnectError): void
}

/** How often the connections are looked after, in milliseconds. */
const HOUSEKEEPING = 1_000
/** The share of a connection's lifetime that chance may take away. */
const JITTER = 0.1

/** The pool's policy: brings callers and connections together, and decides when to open and when to retire one. */
export class ConnectionBroker {
  readonly #options: PoolOptions & { clock: Clock; random: () => number }
  readonly #events: BrokerEvents
  readonly #origin: string
  readonly #statistics = new Statistics()
  readonly #bag = new ConnectionBag()
  readonly #waiters: WaitQueue
  readonly #opener: Opener
  /** Retired, but the socket is not gone yet; such a one still counts against `maxSize`. */
  #closing = 0
  #housekeeper: Timer | undefined
  #closed: Promise<void> | undefined
  /** Called when a closing pool has become empty. */
  #onEmpty: (() => void) | undefined

  constructor(options: PoolOptions, events: BrokerEvents) {
    this.#options = { clock: systemClock, random: Math.random, ...options }
    this.#events = events
    this.#origin = new URL(options.origin).origin
    const { acquireTimeout, connect, clock, random } = this.#options
    this.#waiters = new WaitQueue({
      timeout: acquireTimeout,
      clock,
      statistics: this.#statistics,
      onLeave: () => this.#settle()
    })
    this.#opener = new Opener({
      connect,
      clock,
      random,
      onOpen: (transport) => this.#add(transport),
      onFailure: (error) => {
        this.#statistics.connectFailures++
        if (!this.#closed) this.#events.onConnectFailure(error)
        this.#settle()
      },
      onResume: () => this.#refill()
    })
    this.#housekeep()
  }

  /** Lends a new caller a connection, now or as soon as it is its turn; a closed pool refuses. */
  admit(waiter: Waiter, signal?: Signal): void {
    if (this.#closed) waiter.refused(new PoolClosedError())
    else if (isAborted(signal)) waiter.refused(reasonOf(signal))
    else this.#lend(waiter, signal)
  }

  /**
   * Lends another connection to a caller whose own turned out to be dead. Those that idle are no younger and may be as
   * dead, so it gets the next one that is opened or returned, before anybody else.
   */
  readmit(waiter: Waiter, signal?: Signal): void {
    if (isAborted(signal)) {
      waiter.refused(reasonOf(signal))
    } else {
      this.#waiters.unshift(waiter, signal)
      this.#settle()
    }
  }

  /** Takes a connection back from its borrower. */
  giveBack(connection: HeaderConnection): void {
    const now = this.#options.clock.now()
    this.#statistics.held(now - connection.lentAt)
    connection.borrower = undefined
    // It may have died, or have been given up, in its borrower's hands.
    if (connection.state === 'retired') return
    connection.fresh = false
    const reason = connection.unfitness(now)
    if (reason) this.#retire(connection, reason)
    else this.#offer(connection, now)
  }

  /** Replaces every connection by one with new credentials; those in use are replaced when they come back. */
  renew(): void {
    for (const connection of this.#bag.leasedOnes()) connection.outdated = true
    for (const connection of this.#bag.idleOnes()) this.#retire(connection, 'renewed')
    this.#refill()
  }

  stats(): PoolStats {
    return {
      ...this.#statistics.counters(),
      pool_size: this.#bag.idle,
      active_connections: this.#bag.size,
      min_size: this.#options.minSize,
      max_size: this.#options.maxSize,
      in_use: this.#bag.leased,
      waiting: this.#waiters.length
    }
  }

  get durations(): PoolDurations {
    return this.#statistics.durations
  }

  /** Admits nobody any more and lets what was admitted finish within `closeTimeout`; the same end for every call. */
  close(): Promise<void> {
    this.#closed ??= this.#drain()
    return this.#closed
  }

  /** Ends what a closing pool has still been waiting for. */
  abandon(): void {
    this.#waiters.refuseAll(new PoolClosedError())
    for (const connection of this.#bag.leasedOnes()) this.#retire(connection, 'closed', new PoolClosedError())
    this.#settle()
  }

  get #isEmpty(): boolean {
    return this.#bag.size + this.#closing + this.#waiters.length === 0
  }

  #lend(waiter: Waiter, signal?: Signal): void {
    const now = this.#options.clock.now()
    const connection = this.#newestIdle(now)
    if (connection) {
      this.#statistics.reused++
      connection.lendTo(waiter, now)
    } else if (waiter.priority) {
      this.#waiters.unshift(waiter, signal)
      this.#settle()
    } else if (this.#waiters.length >= this.#maxQueued) {
      this.#statistics.rejected++
      waiter.refused(new QueueFullError(this.#options.maxWaiting))
    } else {
      this.#waiters.push(waiter, signal)
      this.#settle()
    }
  }

  /** How many callers may be queued: those who wait for a release, and those for whom a connection is opened. */
  get #maxQueued(): number {
    return this.#options.maxWaiting + this.#options.maxSize - this.#bag.size
  }

  #newestIdle(now: number): HeaderConnection | undefined {
    for (let connection = this.#bag.newest; connection; connection = this.#bag.newest) {
      const reason = connection.unfitness(now)
      if (!reason) return this.#bag.take()
      this.#retire(connection, reason)
    }
  }

  /** Hands a connection to whoever has waited longest, or keeps it for the next caller. */
  #offer(connection: HeaderConnection, now: number): void {
    const waiter = this.#waiters.shift()
    if (waiter) {
      if (!connection.fresh) this.#statistics.reused++
      connection.lendTo(waiter, now)
    } else if (this.#closed) {
      this.#retire(connection, 'closed')
    } else {
      connection.fresh = false
      this.#bag.put(connection, now)
    }
  }

  /** Turns an open socket into a connection with the credentials of this moment. */
  #add(transport: Transport): void {
    const { lifetime, clock, random, credentials } = this.#options
    const now = clock.now()
    const age = lifetime * (1 - JITTER * random())
    const connection = new HeaderConnection(transport, this.#origin, credentials(), now + age)
    this.#statistics.created++
    this.#bag.add(connection)
    transport.onClose(() => this.#gone(connection))
    this.#events.onConnect()
    this.#offer(connection, now)
    this.#refill()
  }

  /** Gives a connection up; a request under way fails with `error`. */
  #retire(connection: HeaderConnection, reason: RetirementReason, error?: Error): void {
    this.#forget(connection, reason)
    this.#closing++
    connection.transport.destroy(error)
  }

  /** A connection's socket is gone: because the pool closed it, or by itself. */
  #gone(connection: HeaderConnection): void {
    if (connection.state === 'retired') this.#closing--
    else this.#forget(connection, connection.state === 'idle' ? 'lost' : 'broken')
    this.#settle()
  }

  #forget(connection: HeaderConnection, reason: RetirementReason): void {
    this.#bag.remove(connection)
    this.#statistics.retired[reason]++
  }

  /** After every change: opens what waiters need, frees those who wait in vain, notices that a closing pool is empty. */
  #settle(): void {
    this.#open(this.#waiters.length)
    if (this.#opener.pausedBy) this.#makeDo(this.#opener.pausedBy)
    if (this.#isEmpty) this.#onEmpty?.()
  }

  /** While nothing can be opened, who waits for a new connection takes an old one, or is told when there is none. */
  #makeDo(error: ConnectError): void {
    const now = this.#options.clock.now()
    while (this.#waiters.length) {
      const connection = this.#newestIdle(now)
      if (!connection) break
      this.#offer(connection, now)
    }
    if (this.#bag.size + this.#closing + this.#opener.opening === 0) this.#waiters.refuseAll(error)
  }

  /** Opens what waiters need and what the pool should have at least. */
  #refill(): void {
    const missing = this.#closed ? 0 : this.#options.minSize - this.#bag.size
    this.#open(Math.max(missing, this.#waiters.length))
  }

  #open(count: number): void {
    this.#opener.openUpTo(Math.min(count, this.#options.maxSize - this.#bag.size - this.#closing))
  }

  readonly #housekeep = (): void => {
    const { clock, minSize, idleTimeout } = this.#options
    const now = clock.now()
    for (const connection of this.#bag.idleOnes()) {
      const spare = this.#bag.size > minSize && now - connection.idleSince >= idleTimeout
      const reason = connection.unfitness(now) ?? (spare && 'idle')
      if (reason) this.#retire(connection, reason)
    }
    this.#reportLongLeases(now)
    this.#refill()
    this.#housekeeper = clock.setTimeout(this.#housekeep, HOUSEKEEPING)
    this.#housekeeper.unref()
  }

  #reportLongLeases(now: number): void {
    const { longLease } = this.#options
    if (!longLease) return
    for (const connection of this.#bag.leasedOnes()) {
      const { borrower, lentAt } = connection
      const duration = now - lentAt
      if (!borrower || duration < longLease.after) continue
      // Once.
      connection.borrower = undefined
      longLease.report({ place: borrower.place, duration })
    }
  }

  async #drain(): Promise<void> {
    const { clock, closeTimeout } = this.#options
    clock.clearTimeout(this.#housekeeper as Timer)
    const deadline = clock.setTimeout(() => this.abandon(), closeTimeout)
    const empty = new Promise<void>((resolve) => {
      // A turn later, for a request whose connection has just died may want to be sent once more.
      this.#onEmpty = () => setImmediate(() => this.#isEmpty && resolve())
    })
    for (const connection of this.#bag.idleOnes()) this.#retire(connection, 'closed')
    this.#settle()
    await empty
    clock.clearTimeout(deadline)
    this.#opener.stop()
  }
}
