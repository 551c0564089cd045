import t from 'tap'
import { DrawingCache } from '../../../src/chemistry/drawing-cache.ts'

t.test('the least recently used drawings make room for others', (t) => {
  const cache = new DrawingCache()
  const million = 'x'.repeat(1_000_000)
  for (const key of 'abcdefg') cache.set(key, million)
  t.equal(cache.get('a'), million)
  for (const key of 'hij') cache.set(key, million)
  t.strictSame(
    [...'abcdefghij'].filter((key) => cache.get(key) !== undefined),
    ['a', 'e', 'f', 'g', 'h', 'i', 'j']
  )
  t.end()
})

t.test('a drawing that is set again counts once', (t) => {
  const cache = new DrawingCache()
  cache.set('kept', 'small')
  for (let i = 0; i < 20; i++) cache.set('again', 'x'.repeat(1_000_000))
  t.equal(cache.get('kept'), 'small')
  t.end()
})
