import t from 'tap'
import { LinkedList, type Links } from '../../../src/pool/linked-list.ts'

interface Member extends Links<Member> {
  name: string
}

const memberOf = (name: string): Member => ({ name, previous: undefined, next: undefined })
const namesOf = (list: LinkedList<Member>) => [...list].map(({ name }) => name).join('')

t.test('a list keeps the order in which members were added at either end, whichever are removed', (t) => {
  const list = new LinkedList<Member>()
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(memberOf) as [Member, Member, Member, Member]
  t.equal(list.first, undefined)
  list.push(b)
  list.push(c)
  list.unshift(a)
  list.push(d)
  t.equal(namesOf(list), 'abcd')
  t.equal(list.first, a)
  list.remove(b)
  t.equal(namesOf(list), 'acd', 'from the middle')
  list.remove(d)
  t.equal(namesOf(list), 'ac', 'from the end')
  list.remove(a)
  t.equal(namesOf(list), 'c', 'from the front')
  t.equal(list.length, 1)
  list.remove(c)
  t.equal(list.first, undefined)
  list.unshift(d)
  list.push(a)
  t.equal(namesOf(list), 'da', 'a member that was removed can be added again')
  t.equal(list.length, 2)
  t.end()
})
