// Whatever happens, in whatever order: the pool does what the model says, and keeps the promises of every moment.
import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import type { Lease } from '../../../src/pool/lease.ts'
import { reportFigure, scale } from '../../support/load/deep-tests.ts'
import { CONTROLLER, type FakeTransport, fakePool, settled } from '../../support/pool/fake-pool.ts'
import { ManualClock } from '../../support/pool/manual-clock.ts'
import { type Outcome, PoolModel, RULES } from '../../support/pool/pool-model.ts'

/** The pool, and what its callers have been told. A connection's id is its place among the transports. */
class Subject {
  readonly clock = new ManualClock()
  readonly outcomes: Outcome[] = []
  readonly aborts: AbortController[] = []
  readonly leases: Lease[] = []
  /** Callers that sent a request; the others borrowed a connection. */
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
        this.#granted(caller, Number(lease.headers.service.apikey))
      },
      (error) => this.#refused(caller, error)
    )
  }

  request(caller: number): void {
    this.requests.add(caller)
    this.fake.pool.dispatch(
      { path: '/', method: 'GET', signal: this.#enter(caller) },
      {
        onRequestStart: (_controller, context) => {
          this.#granted(caller, this.fake.transports.indexOf(context as FakeTransport))
        },
        onResponseEnd: () => {
          this.outcomes[caller] = 'answered'
        },
        onResponseError: (_controller, error) => this.#refused(caller, error)
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

  #granted(caller: number, id: number): void {
    this.outcomes[caller] = id
    assert(this.clock.now() < (this.openedAt[id] as number) + RULES.lifetime, 'nothing expired is lent')
  }

  #refused(caller: number, error: Error & { code?: string }): void {
    const isBroken = error.code === 'ECONNRESET' || error.code === 'UND_ERR_ABORTED'
    this.outcomes[caller] = error.name === 'AbortError' ? 'aborted' : isBroken ? 'broken' : (error.code as string)
  }
}

/** Something that happens to both; `pick` chooses where there is a choice. False when it cannot happen now. */
type Step = (model: PoolModel, subject: Subject, pick: number) => unknown

const leasesOf = (model: PoolModel, subject: Subject, ofRequests: boolean) =>
  model.leased.filter(({ caller }) => subject.requests.has(caller) === ofRequests)

const choose = <T>(some: readonly T[], pick: number): T | undefined => some[pick % some.length]

const release = (model: PoolModel, subject: Subject, pick: number): Lease | undefined => {
  const lease = choose(leasesOf(model, subject, false), pick)
  if (!lease) return undefined
  model.release(lease.caller)
  subject.fake.pool.release(subject.leases[lease.caller] as Lease)
  return subject.leases[lease.caller]
}

const steps: Record<string, Step> = {
  acquire: (model, subject) => {
    const caller = model.outcomes.length
    model.acquire(caller)
    subject.acquire(caller)
  },
  request: (model, subject) => {
    const caller = model.outcomes.length
    model.acquire(caller)
    subject.request(caller)
  },
  release,
  releaseTwice: (model, subject, pick) => {
    const lease = release(model, subject, pick)
    if (lease) assert.throws(() => subject.fake.pool.release(lease), /has been released/)
    return lease
  },
  releaseWithAnswerUnread: (model, subject, pick) => {
    const lease = choose(leasesOf(model, subject, false), pick)
    if (!lease) return false
    lease.connection.busy = true
    ;(subject.fake.transports[lease.connection.id] as FakeTransport).busy = true
    model.release(lease.caller)
    subject.fake.pool.release(subject.leases[lease.caller] as Lease)
  },
  answer: (model, subject, pick) => {
    const lease = choose(leasesOf(model, subject, true), pick)
    if (!lease) return false
    model.answered(lease.caller)
    subject.fake.transports[lease.connection.id]?.handler?.onResponseEnd?.(CONTROLLER, {})
  },
  loseRequest: (model, subject, pick) => {
    const lease = choose(leasesOf(model, subject, true), pick)
    if (!lease) return false
    subject.breakRequest(lease.caller, lease.connection.id, 'ECONNRESET')
    model.broken(lease.caller, true)
  },
  abortRequest: (model, subject, pick) => {
    const lease = choose(leasesOf(model, subject, true), pick)
    if (!lease) return false
    subject.breakRequest(lease.caller, lease.connection.id, 'UND_ERR_ABORTED')
    model.broken(lease.caller, false)
  },
  /** One who waits leaves; to one who has a connection or is gone it makes no difference. */
  abort: (model, subject, pick) => {
    if (!model.outcomes.length) return false
    const caller = pick % model.outcomes.length
    model.abort(caller)
    subject.aborts[caller]?.abort()
  },
  /** A socket is closed by the server, and the pool is told. */
  loseSocket: (model, subject, pick) => {
    const leased = leasesOf(model, subject, false).map(({ connection }) => connection)
    const connection = choose([...model.idle, ...leased], pick)
    if (!connection) return false
    model.socketClosed(connection.id)
    subject.fake.transports[connection.id]?.close()
  },
  /** A socket is closed by the server, and the pool is not told yet. */
  halfCloseSocket: (model, subject, pick) => {
    const connection = choose(model.idle, pick)
    if (!connection) return false
    connection.dying = true
    ;(subject.fake.transports[connection.id] as FakeTransport).open = false
  },
  /** Sockets that were given up are gone at last. */
  closeSockets: (model, subject) => {
    if (!model.closing.length) return false
    for (const id of [...model.closing]) {
      model.socketClosed(id)
      subject.fake.transports[id]?.close()
    }
  },
  connect: (model, subject) => {
    if (!model.opening) return false
    model.opened()
    subject.fake.connect(1)
  },
  failToConnect: (model, subject) => {
    if (!model.opening) return false
    model.openingFailed()
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
    // Rarely, for it is the end.
    if (pick % 8) return false
    model.close()
    subject.fake.pool.close()
  }
}

/** How often each step is taken in comparison; once unless said. */
const WEIGHTS: Record<string, number> = {
  acquire: 4,
  request: 4,
  release: 2,
  answer: 2,
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
  // As the model has it.
  assert.deepEqual(outcomes, model.outcomes)
  assert.deepEqual(
    { created, reused, discarded, timeouts, rejected, errors, pool_size, in_use, waiting, opening: fake.opening },
    {
      created: model.created,
      reused: model.reused,
      discarded: model.discarded,
      timeouts: model.timeouts,
      rejected: model.rejected,
      errors: model.connectFailures + model.timeouts + model.rejected,
      pool_size: model.idle.length,
      in_use: model.leased.length,
      waiting: model.waiting.length,
      opening: model.opening
    }
  )
  // As it must be, whatever a model says.
  assert.equal(created - discarded, active_connections)
  assert.equal(pool_size + in_use, active_connections)
  assert.equal(
    discarded,
    Object.values(retired).reduce((sum, count) => sum + count)
  )
  assert(active_connections + model.closing.length + fake.opening <= RULES.maxSize, 'never more than the maximum')
  const askedAgain = model.waiting.filter(({ caller }) => model.repeats[caller]).length
  assert(waiting <= RULES.maxWaiting + RULES.maxSize + askedAgain)
  assert(pool_size === 0 || waiting === askedAgain, 'nobody waits while a connection idles, but one whose own was dead')
  for (const [caller, outcome] of outcomes.entries()) {
    const waited = clock.now() - (waitingSince[caller] as number)
    assert(outcome !== 'waiting' || waited < RULES.acquireTimeout, 'nobody waits past the deadline')
  }
}

/** After the end nothing is left. */
async function end(model: PoolModel, subject: Subject): Promise<void> {
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
  assert.equal(clock.pending, 0, 'nothing is left to happen')
}

const NOTHING = { pool_size: 0, in_use: 0, waiting: 0, active_connections: 0 }

t.test('the pool does what its model does', async (t) => {
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
    await end(model, real)
    taken += [...some].length
  })
  await fc.assert(property, { numRuns: runs, seed })
  reportFigure(t, `${runs} runs, ${taken} steps, seed ${seed}: no difference`)
  t.pass()
})
