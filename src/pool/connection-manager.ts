import { getAbortReason, isAborted } from './abort.ts'
import { type Clock, systemClock, type Timer } from './clock.ts'
import { ConnectionSet } from './connection-set.ts'
import { Connector } from './connector.ts'
import { type ConnectError, PoolClosedError, QueueFullError } from './errors.ts'
import { HeaderConnection } from './header-connection.ts'
import type { PoolOptions } from './options.ts'
import { type PoolDurations, type PoolStats, type RetireReason, Statistics } from './statistics.ts'
import type { Transport } from './transport.ts'
import { type Waiter, WaitQueue } from './wait-queue.ts'

export interface ConnectionManagerEvents {
  onConnect(): void
  onConnectError(error: ConnectError): void
  onDisconnect(): void
}

const HOUSEKEEPING_INTERVAL_MS = 1_000
/** The share of a connection's lifetime that is subtracted at random. */
const LIFETIME_JITTER = 0.1

/** The pool's policy: who is leased which connection, and when connections are opened and retired. */
export class ConnectionManager {
  readonly #options: PoolOptions & { clock: Clock; random: () => number }
  readonly #events: ConnectionManagerEvents
  readonly #origin: string
  readonly #statistics = new Statistics()
  readonly #connections = new ConnectionSet()
  readonly #queue: WaitQueue
  readonly #connector: Connector
  /** Connections that are retired but whose sockets have not closed yet; they still count towards `maxSize`. */
  #closing = 0
  #housekeeper: Timer | undefined
  #closed: Promise<void> | undefined
  /** Called when a closing pool has become empty. */
  #onEmpty: (() => void) | undefined

  constructor(options: PoolOptions, events: ConnectionManagerEvents) {
    this.#options = { clock: systemClock, random: Math.random, ...options }
    this.#events = events
    this.#origin = new URL(options.origin).origin
    const { name, acquireTimeout, connect, clock, random } = this.#options
    this.#queue = new WaitQueue({
      name,
      timeout: acquireTimeout,
      clock,
      statistics: this.#statistics,
      onLeave: () => this.#settle()
    })
    this.#connector = new Connector({
      name,
      connect,
      clock,
      random,
      onConnect: (transport) => this.#add(transport),
      onConnectError: (error) => {
        this.#statistics.connectErrors++
        if (!this.#closed) this.#events.onConnectError(error)
        this.#settle()
      },
      onBackoffEnd: () => this.#refill()
    })
    this.#keepHouse()
  }

  /** Grants a caller a connection, now or when its turn comes. Rejects it if the pool is closed or the queue full. */
  acquire(waiter: Waiter): void {
    if (this.#closed) waiter.reject(new PoolClosedError())
    else if (isAborted(waiter.signal)) waiter.reject(getAbortReason(waiter.signal))
    else this.#leaseOrQueue(waiter)
  }

  /**
   * Grants another connection to a caller whose own turned out to be dead. The idle ones are no younger and may be as dead,
   * so it gets the next one that is opened or released, before anybody else.
   */
  reacquire(waiter: Waiter): void {
    if (isAborted(waiter.signal)) {
      waiter.reject(getAbortReason(waiter.signal))
    } else {
      this.#queue.unshift(waiter, this.#options.clock.now())
      this.#settle()
    }
  }

  /** Ends the lease of a connection. */
  release(connection: HeaderConnection): void {
    const now = this.#options.clock.now()
    this.#statistics.recordHold(connection.release(now))
    // Its socket may have closed, or the pool, during the lease.
    if (connection.state === 'retired') return
    const reason = connection.findRetireReason(now)
    if (reason) this.#retire(connection, reason)
    else this.#offer(connection, now)
  }

  /** Replaces every connection by one with new credentials; leased ones when they are released. */
  renew(): void {
    for (const connection of this.#connections.listLeased()) connection.markOutdated()
    for (const connection of this.#connections.listIdle()) this.#retire(connection, 'renewed')
    this.#refill()
  }

  stats(): PoolStats {
    return {
      ...this.#statistics.counters(),
      pool_size: this.#connections.idleCount,
      active_connections: this.#connections.size,
      min_size: this.#options.minSize,
      max_size: this.#options.maxSize,
      in_use: this.#connections.leasedCount,
      waiting: this.#queue.length
    }
  }

  get durations(): PoolDurations {
    return this.#statistics.durations
  }

  /** Rejects new callers and waits until all others are served, for up to `closeTimeout`. The same promise for each call. */
  close(): Promise<void> {
    this.#closed ??= this.#drain()
    return this.#closed
  }

  /** Ends at once what a closing pool is still waiting for. */
  destroy(): void {
    this.#queue.rejectAll(new PoolClosedError())
    for (const connection of this.#connections.listLeased()) this.#retire(connection, 'closed', new PoolClosedError())
    this.#settle()
  }

  get #isEmpty(): boolean {
    return this.#connections.size + this.#closing + this.#queue.length === 0
  }

  #leaseOrQueue(waiter: Waiter): void {
    const now = this.#options.clock.now()
    const connection = this.#findIdle(now)
    if (connection) {
      this.#grant(connection, waiter, now)
    } else if (waiter.priority) {
      this.#queue.unshift(waiter, now)
      this.#settle()
    } else {
      this.#queue.push(waiter, now)
      if (this.#queue.length > this.#maxQueued) this.#rejectOne()
      this.#settle()
    }
  }

  /** Makes room in the queue, at the expense of the caller that takes up the most. */
  #rejectOne(): void {
    const { name, maxWaiting } = this.#options
    this.#statistics.rejected++
    this.#queue.pop().reject(new QueueFullError(name, maxWaiting))
  }

  /** How many callers may be queued: those who wait for a release, and those for whom a connection is opened. */
  get #maxQueued(): number {
    return this.#options.maxWaiting + this.#options.maxSize - this.#connections.size
  }

  /** The newest idle connection that may still be leased; retires those that may not. */
  #findIdle(now: number): HeaderConnection | undefined {
    for (let idle = this.#connections.newestIdle; idle; idle = this.#connections.newestIdle) {
      const reason = idle.findRetireReason(now)
      if (!reason) return idle
      this.#retire(idle, reason)
    }
  }

  /** Grants a connection to the caller that has waited longest, or keeps it for the next one. */
  #offer(connection: HeaderConnection, now: number): void {
    const waiter = this.#queue.shift(now)
    if (waiter) this.#grant(connection, waiter, now)
    else if (this.#closed) this.#retire(connection, 'closed')
    else this.#connections.park(connection, now)
  }

  #grant(connection: HeaderConnection, waiter: Waiter, now: number): void {
    if (!connection.fresh) this.#statistics.reused++
    this.#connections.lease(connection, waiter, now)
    waiter.grant(connection)
  }

  /** Makes a connection of an open transport, with the credentials of this moment. */
  #add(transport: Transport): void {
    const { lifetime, clock, random, credentials } = this.#options
    const now = clock.now()
    const expiresAt = now + lifetime * (1 - LIFETIME_JITTER * random())
    const connection = new HeaderConnection(transport, this.#origin, credentials(), expiresAt)
    this.#statistics.created++
    this.#connections.add(connection)
    transport.onClose(() => this.#onTransportClose(connection))
    this.#events.onConnect()
    this.#offer(connection, now)
    this.#refill()
  }

  /** Retires a connection and closes its socket; a request under way fails with `error`. */
  #retire(connection: HeaderConnection, reason: RetireReason, error?: Error): void {
    this.#remove(connection, reason)
    this.#closing++
    connection.transport.destroy(error)
  }

  #onTransportClose(connection: HeaderConnection): void {
    if (connection.state === 'retired') this.#closing--
    else this.#remove(connection, connection.state === 'idle' ? 'lost' : 'broken')
    this.#events.onDisconnect()
    this.#settle()
  }

  #remove(connection: HeaderConnection, reason: RetireReason): void {
    this.#connections.retire(connection)
    this.#statistics.retired[reason]++
  }

  /** After every change: opens connections for the queue, serves it during an outage, ends a closing pool that is empty. */
  #settle(): void {
    this.#connect(this.#queue.length)
    if (this.#connector.backoffError) this.#serveDuringOutage(this.#connector.backoffError)
    if (this.#isEmpty) this.#onEmpty?.()
  }

  /** While no connection can be opened, whoever waits for one is granted an idle one, or rejected when there are none left. */
  #serveDuringOutage(error: ConnectError): void {
    const now = this.#options.clock.now()
    while (this.#queue.length) {
      const connection = this.#findIdle(now)
      if (!connection) break
      this.#offer(connection, now)
    }
    if (this.#connections.size + this.#closing + this.#connector.connecting === 0) this.#queue.rejectAll(error)
  }

  /** Opens connections for the queue, and up to `minSize`. */
  #refill(): void {
    const missing = this.#closed ? 0 : this.#options.minSize - this.#connections.size
    this.#connect(Math.max(missing, this.#queue.length))
  }

  #connect(count: number): void {
    this.#connector.connectUpTo(Math.min(count, this.#options.maxSize - this.#connections.size - this.#closing))
  }

  readonly #keepHouse = (): void => {
    const { clock, minSize, idleTimeout } = this.#options
    const now = clock.now()
    for (const connection of this.#connections.listIdle()) {
      const spare = this.#connections.size > minSize && connection.getIdleTime(now) >= idleTimeout
      const reason = connection.findRetireReason(now) ?? (spare && 'idle')
      if (reason) this.#retire(connection, reason)
    }
    this.#reportLeaks(now)
    this.#refill()
    this.#housekeeper = clock.setTimeout(this.#keepHouse, HOUSEKEEPING_INTERVAL_MS)
    this.#housekeeper.unref()
  }

  #reportLeaks(now: number): void {
    const { leakDetection } = this.#options
    if (!leakDetection) return
    for (const connection of this.#connections.listLeased()) {
      const leak = connection.detectLeak(leakDetection.threshold, now)
      if (leak) leakDetection.report(leak)
    }
  }

  async #drain(): Promise<void> {
    const { clock, closeTimeout } = this.#options
    clock.clearTimeout(this.#housekeeper as Timer)
    const deadline = clock.setTimeout(() => this.destroy(), closeTimeout)
    const empty = new Promise<void>((resolve) => {
      // A turn of the event loop later: a request whose connection has just died may be retried.
      this.#onEmpty = () => setImmediate(() => this.#isEmpty && resolve())
    })
    for (const connection of this.#connections.listIdle()) this.#retire(connection, 'closed')
    this.#settle()
    await empty
    clock.clearTimeout(deadline)
    this.#connector.stop()
  }
}
