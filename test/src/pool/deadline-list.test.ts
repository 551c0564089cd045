import t from 'tap'
import { DeadlineList } from '../../../src/pool/deadline-list.ts'
import type { Place } from '../../../src/pool/linked-list.ts'
import { ManualClock } from '../../support/pool/manual-clock.ts'

interface Member {
  readonly name: string
  readonly since: number
  place?: Place<Member>
}

/** A list whose members take 100 ms, and when each of them has expired. */
function start(onExpired: (name: string) => void = () => {}) {
  const clock = new ManualClock()
  const expired: [name: string, at: number][] = []
  const remove = (member: Member) => list.remove(member.place as Place<Member>)
  const list = new DeadlineList<Member>({
    timeout: 100,
    clock,
    onExpire: (member) => {
      remove(member)
      expired.push([member.name, clock.now()])
      onExpired(member.name)
    }
  })
  const add = (name: string) => {
    const member: Member = { name, since: clock.now() }
    member.place = list.push(member)
    return member
  }
  return { clock, expired, add, remove }
}

t.test('a member that is added while another expires does not delay those before it', (t) => {
  const { clock, expired, add } = start((name) => name === 'first' && add('third'))
  add('first')
  clock.tick(40)
  add('second')
  clock.tick(1_000)
  t.strictSame(expired, [
    ['first', 100],
    ['second', 140],
    ['third', 200]
  ])
  t.equal(clock.pending, 0)
  t.end()
})

t.test('a list that becomes empty while a member expires has one timer for those that are added then', (t) => {
  const { clock, expired, add } = start((name) => name === 'first' && add('second'))
  add('first')
  clock.tick(100)
  t.equal(clock.pending, 1)
  clock.tick(1_000)
  t.strictSame(expired, [
    ['first', 100],
    ['second', 200]
  ])
  t.equal(clock.pending, 0)
  t.end()
})

t.test('a list without members has no timer', (t) => {
  const { clock, expired, add, remove } = start()
  const members = [add('first'), add('second')]
  t.equal(clock.pending, 1)
  for (const member of members) remove(member)
  t.equal(clock.pending, 0)
  clock.tick(1_000)
  t.strictSame(expired, [])
  t.end()
})
