import t from 'tap'
import { LinkedList, type Links } from '../../../src/pool/linked-list.ts'

interface Member extends Links<Member> {
  name: string
}

const createMember = (name: string): Member => ({ name, previous: undefined, next: undefined })
const joinNames = (list: LinkedList<Member>) => [...list].map(({ name }) => name).join('')

t.test('a linked list keeps the order of its members, whichever are added or removed', (t) => {
  const list = new LinkedList<Member>()
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(createMember) as [Member, Member, Member, Member]
  t.equal(list.first, undefined)
  list.push(b)
  list.push(c)
  list.unshift(a)
  list.push(d)
  t.equal(joinNames(list), 'abcd')
  t.equal(list.first, a)
  list.remove(b)
  t.equal(joinNames(list), 'acd', 'from the middle')
  list.remove(d)
  t.equal(joinNames(list), 'ac', 'from the end')
  list.remove(a)
  t.equal(joinNames(list), 'c', 'from the front')
  t.equal(list.length, 1)
  list.remove(c)
  t.equal(list.first, undefined)
  list.unshift(d)
  list.push(a)
  t.equal(joinNames(list), 'da', 'a member that was removed can be added again')
  t.equal(list.length, 2)
  t.end()
})
