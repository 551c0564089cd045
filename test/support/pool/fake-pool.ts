import { createClock } from '@sinonjs/fake-timers'
import type { Dispatcher } from 'undici'
import { HeaderConnectionPool } from '../../../src/pool/header-connection-pool.ts'
import type { PoolOptions } from '../../../src/pool/options.ts'
import type { Transport } from '../../../src/pool/transport.ts'

export const CONTROLLER = {} as Dispatcher.DispatchController

/** A transport without a socket. */
export class FakeTransport implements Transport {
  open = true
  busy = false
  destroyed = false
  closed = false
  /** The handler and the options of the last request. */
  handler: Dispatcher.DispatchHandler | undefined
  options: Dispatcher.DispatchOptions | undefined
  readonly #listeners: (() => void)[] = []

  /** Starts a request, which the test completes through its handler. */
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    this.options = options
    this.handler = handler
    // The context tells a test which transport has the request.
    handler.onRequestStart?.(CONTROLLER, this)
    return true
  }

  destroy(): void {
    this.destroyed = true
    this.open = false
  }

  onClose(listener: () => void): void {
    this.#listeners.push(listener)
  }

  /** The socket closes: the server ended it, or `destroy()` did a moment ago. */
  close(): void {
    this.open = false
    this.closed = true
    for (const listener of this.#listeners) listener()
  }
}

/** A pool with a clock of its own, whose connections open and close when the test says so. */
export function fakePool(options: Partial<PoolOptions> = {}) {
  const time = createClock()
  const transports: FakeTransport[] = []
  const attempts: PromiseWithResolvers<Transport>[] = []
  const pool = new HeaderConnectionPool({
    name: 'the origin',
    origin: 'http://127.0.0.1:1',
    connect: () => {
      const attempt = Promise.withResolvers<Transport>()
      attempts.push(attempt)
      return attempt.promise
    },
    credentials: () => ({ anon: { apikey: 'anon' }, service: { apikey: 'service' } }),
    minSize: 0,
    maxSize: 3,
    lifetime: 60_000,
    acquireTimeout: 10_000,
    maxWaiting: 100,
    idleTimeout: 5_000,
    closeTimeout: 10_000,
    random: () => 0,
    clock: {
      now: () => time.now,
      setTimeout: (callback, delay) => time.setTimeout(callback, delay) as unknown as NodeJS.Timeout,
      clearTimeout: (timer) => time.clearTimeout(timer as never)
    },
    ...options
  })

  return {
    pool,
    time,
    transports,
    /** How many connections are being opened now. */
    get opening() {
      return attempts.length
    },
    /** Lets the `count` oldest attempts to connect succeed, all by default. */
    async connect(count = attempts.length) {
      for (const attempt of attempts.splice(0, count)) {
        const transport = new FakeTransport()
        transports.push(transport)
        attempt.resolve(transport)
      }
      await settled()
    },
    /** Lets the `count` oldest attempts to connect fail, all by default. */
    async fail(count = attempts.length) {
      for (const attempt of attempts.splice(0, count)) attempt.reject(new Error('connect ECONNREFUSED'))
      await settled()
    },
    /** Closes the sockets of destroyed transports, as happens a moment after `destroy()`. */
    async closeDestroyed() {
      for (const transport of transports.splice(0)) {
        if (transport.destroyed) transport.close()
        else transports.push(transport)
      }
      await settled()
    }
  }
}

/** Resolves when all promises that are settled now have run their callbacks. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
