import t from 'tap'
import { Statistics } from '../../../src/pool/statistics.ts'
import { WaitQueue } from '../../../src/pool/wait-queue.ts'
import { ManualClock } from '../../support/pool/manual-clock.ts'

const WAITING = 200_000

t.test('a long queue costs no more per caller than a short one, whoever comes and goes', (t) => {
  const noClock = { now: () => 0, setTimeout: () => ({ unref() {} }), clearTimeout() {} }
  const queue = new WaitQueue({ timeout: 1, clock: noClock, statistics: new Statistics(), onLeave() {} })
  const leaves: ((reason: Error) => void)[] = []
  const waiter = {
    place: '',
    granted() {},
    refused() {},
    queued: (leave: (reason: Error) => void) => leaves.push(leave)
  }
  const left = new Error('left')

  const filling = cpuTime(() => {
    for (let i = 0; i < WAITING; i++) queue.push(waiter)
  })
  const readmitting = cpuTime(() => {
    for (let i = 0; i < WAITING / 100; i++) queue.unshift(waiter)
  })
  const leaving = cpuTime(() => {
    for (let i = 0; i < WAITING; i += 4) leaves[i]?.(left)
  })
  const emptying = cpuTime(() => {
    while (queue.shift());
  })
  t.equal(queue.length, 0)
  t.comment({ filling, readmitting, leaving, emptying })
  // The copying of the queue for each, or the stepping over those who are gone, takes hundreds of times as long.
  for (const time of [readmitting, leaving, emptying]) t.ok(time < 20 * (filling + 10))
  t.end()
})

t.test('a caller leaves a queue once', (t) => {
  const clock = new ManualClock()
  const queue = new WaitQueue({ timeout: 1, clock, statistics: new Statistics(), onLeave() {} })
  const refusals: Error[] = []
  let leave: (reason: Error) => void = () => {}
  queue.push({
    place: '',
    granted() {},
    refused: (error) => refusals.push(error),
    queued: (own) => {
      leave = own
    }
  })
  const reason = new Error('left')
  leave(reason)
  leave(new Error('again'))
  t.strictSame(refusals, [reason])
  t.equal(queue.length, 0)
  t.end()
})

/** In milliseconds. */
function cpuTime(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
