import { EventEmitter } from 'node:events'
import t from 'tap'
import type { Clock } from '../../../src/pool/clock.ts'
import { Statistics } from '../../../src/pool/statistics.ts'
import { type Waiter, WaitQueue } from '../../../src/pool/wait-queue.ts'
import { ManualClock } from '../../support/pool/manual-clock.ts'

const WAITING = 200_000
const CALLERS = 1_000

t.test('a long queue costs no more per caller than a short one, in whatever order callers come and leave', (t) => {
  const noClock = { now: () => 0, setTimeout: () => ({ unref() {} }), clearTimeout() {} }
  const queue = createQueue(noClock)
  const signals = Array.from({ length: WAITING }, () => new EventEmitter())

  const filling = cpuTime(() => {
    for (const [index, signal] of signals.entries())
      queue.push(createWaiter({ signal, caller: `${index % CALLERS}` }), 0)
  })
  const reacquiring = cpuTime(() => {
    for (let i = 0; i < WAITING / 100; i++) queue.unshift(createWaiter(), 0)
  })
  const leaving = cpuTime(() => {
    for (let i = 0; i < WAITING; i += 4) signals[i]?.emit('abort')
  })
  const emptying = cpuTime(() => {
    while (queue.shift(0));
  })
  t.equal(queue.length, 0)
  t.comment({ filling, reacquiring, leaving, emptying })
  // Copying the queue for each, or stepping over those that have left, takes hundreds of times as long.
  for (const time of [reacquiring, leaving, emptying]) t.ok(time < 20 * (filling + 10))
  t.end()
})

t.test('a waiter that is removed while its signal is emitted is not rejected', (t) => {
  const queue = createQueue(new ManualClock())
  const signal = new EventEmitter()
  const rejected: string[] = []
  // EventEmitter calls a listener that was removed by an earlier one of the same event.
  queue.push(
    createWaiter({
      signal,
      reject: () => {
        rejected.push('first')
        queue.shift(0)
      }
    }),
    0
  )
  queue.push(createWaiter({ signal, reject: () => rejected.push('second') }), 0)
  signal.emit('abort')
  t.strictSame(rejected, ['first'])
  t.equal(queue.length, 0)
  t.end()
})

function createQueue(clock: Clock): WaitQueue {
  return new WaitQueue({ name: 'the origin', timeout: 1, clock, statistics: new Statistics(), onLeave() {} })
}

function createWaiter(waiter: Partial<Waiter> = {}): Waiter {
  return {
    callSite: '',
    takeProgress: () => false,
    grant() {},
    reject() {},
    signal: undefined,
    priority: false,
    caller: '',
    ...waiter
  }
}

/** In milliseconds. */
function cpuTime(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
