import FakeTimers from '@sinonjs/fake-timers'
import t from 'tap'
import { Deadlines } from '../../../src/supabase/deadlines.ts'

t.test('each is reached in its time, by one timer', (t) => {
  const clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  t.teardown(() => clock.uninstall())
  const reached: string[] = []
  const timed = (name: string) => ({ onDeadline: () => reached.push(`${name} at ${performance.now()}`) })
  const deadlines = new Deadlines(100)
  const [first, second, third] = [timed('first'), timed('second'), timed('third')]
  deadlines.set(first)
  clock.tick(40)
  deadlines.set(second)
  deadlines.set(third)
  t.equal(clock.countTimers(), 1)
  clock.tick(60)
  deadlines.clear(second)
  clock.tick(1_000)
  t.strictSame(reached, ['first at 100', 'third at 140'])
  t.equal(clock.countTimers(), 0)

  deadlines.set(second)
  deadlines.clear(second)
  clock.tick(1_000)
  deadlines.set(first)
  clock.tick(100)
  t.strictSame(reached.slice(2), ['first at 2200'], 'also after a time without any')
  t.end()
})
