// Does random steps to the pool and to its model, and compares the two after each. See docs/pool.md.
import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import type { Lease } from '../../../src/pool/lease.ts'
import { reportFigure, scale } from '../../support/load/deep-tests.ts'
import { CONTROLLER, type FakeTransport, fakePool, settled } from '../../support/pool/fake-pool.ts'
import { ManualClock } from '../../support/pool/manual-clock.ts'
import { type Outcome, PoolModel, RULES } from '../../support/pool/pool-model.ts'

/** The pool, and the state of its callers as they know it. A connection's id is its index among the transports. */
class Subject {
  readonly clock = new ManualClock()
  readonly outcomes: Outcome[] = []
  readonly aborts: AbortController[] = []
  readonly leases: Lease[] = []
  /** Callers that sent a request; the others acquired a connection. */
  readonly requests = new Set<number>()
  /** When each caller began to wait, and when each connection was opened. */
  readonly waitingSince: number[] = []
  readonly openedAt: number[] = []
  key = 0
  readonly fake = fakePool({
    ...RULES,
    clock: this.clock,
    random: () => RULES.chance,
    credentials: () => {
      const id = this.openedAt.push(this.clock.now()) - 1
      return { anon: { apikey: `${this.key}` }, service: { apikey: `${id}` } }
    }
  })

  acquire(caller: number): void {
    this.fake.pool.acquire({ signal: this.#enter(caller) }).then(
      (lease) => {
        this.leases[caller] = lease
        this.#onGrant(caller, Number(lease.headers.service.apikey))
      },
      (error) => this.#onReject(caller, error)
    )
  }

  request(caller: number, group: number): void {
    this.requests.add(caller)
    this.fake.pool.dispatch(
      { path: '/', method: 'GET', signal: this.#enter(caller), caller: () => `${group}` },
      {
        onRequestStart: (_controller, context) => {
          this.#onGrant(caller, this.fake.transports.indexOf(context as FakeTransport))
        },
        onResponseEnd: () => {
          this.outcomes[caller] = 'responded'
        },
        onResponseError: (_controller, error) => this.#onReject(caller, error)
      }
    )
  }

  /** The connection of a caller's request breaks. */
  breakRequest(caller: number, id: number, code: string): void {
    const transport = this.fake.transports[id] as FakeTransport
    this.waitingSince[caller] = this.clock.now()
    this.outcomes[caller] = 'waiting'
    transport.open = false
    transport.handler?.onResponseError?.(CONTROLLER, Object.assign(new Error(code), { code }))
  }

  #enter(caller: number): AbortSignal {
    const abort = new AbortController()
    this.aborts[caller] = abort
    this.outcomes[caller] = 'waiting'
    this.waitingSince[caller] = this.clock.now()
    return abort.signal
  }

  #onGrant(caller: number, id: number): void {
    this.outcomes[caller] = id
    assert(this.clock.now() < (this.openedAt[id] as number) + RULES.lifetime, 'no expired connection is leased')
  }

  #onReject(caller: number, error: Error & { code?: string }): void {
    const isBroken = error.code === 'ECONNRESET' || error.code === 'UND_ERR_ABORTED'
    this.outcomes[caller] = error.name === 'AbortError' ? 'aborted' : isBroken ? 'broken' : (error.code as string)
  }
}

/** The group of the callers that name none. */
const NO_GROUP = 3

/** Does something to both; `pick` chooses where there is a choice. Returns false when it cannot happen now. */
type Step = (model: PoolModel, subject: Subject, pick: number) => unknown

const findLeases = (model: PoolModel, subject: Subject, ofRequests: boolean) =>
  model.leased.filter(({ caller }) => subject.requests.has(caller) === ofRequests)

const choose = <T>(some: readonly T[], pick: number): T | undefined => some[pick % some.length]

const release = (model: PoolModel, subject: Subject, pick: number): Lease | undefined => {
  const lease = choose(findLeases(model, subject, false), pick)
  if (!lease) return undefined
  model.release(lease.caller)
  subject.fake.pool.release(subject.leases[lease.caller] as Lease)
  return subject.leases[lease.caller]
}

const steps: Record<string, Step> = {
  acquire: (model, subject) => {
    const caller = model.outcomes.length
    model.acquire(caller, NO_GROUP)
    subject.acquire(caller)
  },
  request: (model, subject, pick) => {
    const caller = model.outcomes.length
    const group = pick % 3
    model.acquire(caller, group)
    subject.request(caller, group)
  },
  release,
  releaseTwice: (model, subject, pick) => {
    const lease = release(model, subject, pick)
    if (lease) assert.throws(() => subject.fake.pool.release(lease), /has been released/)
    return lease
  },
  releaseWhileBusy: (model, subject, pick) => {
    const lease = choose(findLeases(model, subject, false), pick)
    if (!lease) return false
    lease.connection.busy = true
    ;(subject.fake.transports[lease.connection.id] as FakeTransport).busy = true
    model.release(lease.caller)
    subject.fake.pool.release(subject.leases[lease.caller] as Lease)
  },
  respond: (model, subject, pick) => {
    const lease = choose(findLeases(model, subject, true), pick)
    if (!lease) return false
    model.responded(lease.caller)
    subject.fake.transports[lease.connection.id]?.handler?.onResponseEnd?.(CONTROLLER, {})
  },
  loseRequest: (model, subject, pick) => {
    const lease = choose(findLeases(model, subject, true), pick)
    if (!lease) return false
    subject.breakRequest(lease.caller, lease.connection.id, 'ECONNRESET')
    model.broken(lease.caller, true)
  },
  abortRequest: (model, subject, pick) => {
    const lease = choose(findLeases(model, subject, true), pick)
    if (!lease) return false
    subject.breakRequest(lease.caller, lease.connection.id, 'UND_ERR_ABORTED')
    model.broken(lease.caller, false)
  },
  /** Aborts a caller's signal, which makes a difference only while it waits. */
  abort: (model, subject, pick) => {
    if (!model.outcomes.length) return false
    const caller = pick % model.outcomes.length
    model.abort(caller)
    subject.aborts[caller]?.abort()
  },
  /** The server closes a socket, and the pool is told. */
  loseSocket: (model, subject, pick) => {
    const leased = findLeases(model, subject, false).map(({ connection }) => connection)
    const connection = choose([...model.idle, ...leased], pick)
    if (!connection) return false
    model.socketClosed(connection.id)
    subject.fake.transports[connection.id]?.close()
  },
  /** The server closes a socket, and the pool is not told yet. */
  halfCloseSocket: (model, subject, pick) => {
    const connection = choose(model.idle, pick)
    if (!connection) return false
    connection.dying = true
    ;(subject.fake.transports[connection.id] as FakeTransport).open = false
  },
  /** The sockets of retired connections close. */
  closeSockets: (model, subject) => {
    if (!model.closing.length) return false
    for (const id of [...model.closing]) {
      model.socketClosed(id)
      subject.fake.transports[id]?.close()
    }
  },
  connect: (model, subject) => {
    if (!model.connecting) return false
    model.connected()
    subject.fake.connect(1)
  },
  failToConnect: (model, subject) => {
    if (!model.connecting) return false
    model.connectFailed()
    subject.fake.fail(1)
  },
  tick: (model, subject, pick) => {
    model.tick(pick)
    subject.clock.tick(pick)
  },
  renew: (model, subject) => {
    model.renew()
    subject.key++
    subject.fake.pool.renew()
  },
  close: (model, subject, pick) => {
    // Rarely, because little happens after it.
    if (pick % 8) return false
    model.close()
    subject.fake.pool.close()
  }
}

/** How often each step is drawn relative to the others; 1 by default. */
const WEIGHTS: Record<string, number> = {
  acquire: 4,
  request: 4,
  release: 2,
  respond: 2,
  connect: 4,
  closeSockets: 2,
  tick: 2
}

class Command implements fc.AsyncCommand<PoolModel, Subject> {
  readonly name: string
  readonly pick: number

  constructor(name: string, pick: number) {
    this.name = name
    this.pick = pick
  }

  check(): boolean {
    return true
  }

  async run(model: PoolModel, subject: Subject): Promise<void> {
    if (steps[this.name]?.(model, subject, this.pick) === false) return
    await settled()
    compare(model, subject)
  }

  toString(): string {
    return `${this.name}(${this.pick})`
  }
}

function compare(model: PoolModel, { fake, outcomes, waitingSince, clock }: Subject): void {
  const { created, reused, discarded, errors, timeouts, rejected, ...stats } = fake.pool.stats()
  const { pool_size, in_use, active_connections, waiting, retired } = stats
  // What the model says.
  assert.deepEqual(outcomes, model.outcomes)
  assert.deepEqual(
    { created, reused, discarded, timeouts, rejected, errors, pool_size, in_use, waiting, opening: fake.opening },
    {
      created: model.created,
      reused: model.reused,
      discarded: model.discarded,
      timeouts: model.timeouts,
      rejected: model.rejected,
      errors: model.connectErrors + model.timeouts + model.rejected,
      pool_size: model.idle.length,
      in_use: model.leased.length,
      waiting: model.waiting.length,
      opening: model.connecting
    }
  )
  // What holds whatever the model says.
  assert.equal(created - discarded, active_connections)
  assert.equal(pool_size + in_use, active_connections)
  assert.equal(
    discarded,
    Object.values(retired).reduce((sum, count) => sum + count)
  )
  assert(active_connections + model.closing.length + fake.opening <= RULES.maxSize, 'never more than the maximum')
  const retrying = model.waiting.filter(({ caller }) => model.retries[caller]).length
  assert(waiting <= RULES.maxWaiting + RULES.maxSize + retrying)
  assert(pool_size === 0 || waiting === retrying, 'nobody waits while a connection idles, except for a retry')
  for (const [caller, outcome] of outcomes.entries()) {
    const waited = clock.now() - (waitingSince[caller] as number)
    assert(outcome !== 'waiting' || waited < RULES.acquireTimeout, 'nobody waits past the deadline')
  }
}

/** Closes the pool, after which nothing may be left. */
async function close(model: PoolModel, subject: Subject): Promise<void> {
  const { fake, clock } = subject
  const closed = fake.pool.close()
  model.close()
  await fake.connect()
  clock.tick(RULES.closeTimeout)
  await fake.connect()
  for (const transport of fake.transports) {
    assert(transport.destroyed || !transport.open, 'every socket is closed')
    if (!transport.closed) transport.close()
  }
  await closed
  for (const [caller, lease] of subject.leases.entries()) {
    if (lease && model.leased.some((one) => one.caller === caller)) fake.pool.release(lease)
  }
  const { pool_size, in_use, waiting, active_connections, created, discarded } = fake.pool.stats()
  assert.deepEqual({ pool_size, in_use, waiting, active_connections }, NOTHING)
  assert.equal(created, discarded)
  assert.equal(clock.pending, 0, 'no timer is left')
}

const NOTHING = { pool_size: 0, in_use: 0, waiting: 0, active_connections: 0 }

t.test('the pool does what its model does in random sequences of steps', async (t) => {
  const runs = scale(2_000, 100_000)
  const { seed = Math.floor(Math.random() * 2 ** 31) } = { seed: Number(process.env.SEED) || undefined }
  const numbers = Object.fromEntries(Object.keys(steps).map((name) => [name, name === 'tick' ? 1_200 : 60]))
  const commands = Object.keys(steps).flatMap((name) =>
    Array.from({ length: WEIGHTS[name] ?? 1 }, () => fc.nat(numbers[name]).map((pick) => new Command(name, pick)))
  )
  let taken = 0
  const property = fc.asyncProperty(fc.commands(commands, { size: '+1', maxCommands: 60 }), async (some) => {
    const model = new PoolModel()
    const real = new Subject()
    await fc.asyncModelRun(() => ({ model, real }), some)
    await close(model, real)
    taken += [...some].length
  })
  await fc.assert(property, { numRuns: runs, seed })
  reportFigure(t, `${runs} runs, ${taken} steps, seed ${seed}: no difference`)
  t.pass()
})
