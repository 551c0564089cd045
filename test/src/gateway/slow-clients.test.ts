import FakeTimers from '@sinonjs/fake-timers'
import t from 'tap'
import { SlowClients } from '../../../src/gateway/slow-clients.ts'

t.test('of more clients that are waited for longer than a second than may be, the slowest is given up', (t) => {
  const clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] })
  t.teardown(() => clock.uninstall())
  const given: string[] = []
  const slowClients = new SlowClients(2)
  const wait = (name: string, waited?: number) => slowClients.wait(() => given.push(name), waited)

  wait('a')
  clock.tick(1)
  const end = wait('b')
  wait('quick')()
  clock.tick(500)
  wait('waited before', 900)
  wait('waited long before', 5_000)
  clock.tick(100)
  t.strictSame(given, [], 'two are slow')
  clock.tick(399)
  t.strictSame(given, ['waited long before'], 'a is the third')
  end()
  clock.tick(10_000)
  t.strictSame(given, ['waited long before'], 'b has ended before it was slow')
  wait('c')
  clock.tick(1_000)
  t.strictSame(given, ['waited long before', 'waited before'])
  t.equal(clock.countTimers(), 0)
  t.end()
})
