import t from 'tap'
import { ResponseMemory, SMALL_BODY_BYTES } from '../../../src/http/response-memory.ts'

const LIMIT = 1_000_000
const overloaded = { code: 'OVERLOADED', statusCode: 503 }

/** A memory on a clock of its own, and clients that tell whether they have been disconnected. */
function create() {
  const clock = { now: 0 }
  const memory = new ResponseMemory({ limit: LIMIT, sendTimeout: 10_000, now: () => clock.now })
  const client = () => ({
    destroyed: false,
    destroy: function (this: { destroyed: boolean }) {
      this.destroyed = true
    }
  })
  return { clock, memory, client }
}

t.test('a small body is neither counted nor refused, however full the memory is', async (t) => {
  const { memory, client } = create()
  memory.hold(Buffer.alloc(LIMIT))
  t.equal(memory.grow(0, SMALL_BODY_BYTES), 0)
  memory.hold('x'.repeat(SMALL_BODY_BYTES))()
  memory.send(Buffer.alloc(SMALL_BODY_BYTES), client())()
  t.equal(memory.used, LIMIT)
})

t.test('a response that is being read takes what it grows by, and fails when that does not fit', async (t) => {
  const { memory } = create()
  const first = memory.grow(memory.grow(0, 100_000), 900_000)
  t.equal(memory.used, 900_000)
  t.throws(() => memory.grow(100_000, 200_001), overloaded)
  t.equal(memory.grow(100_000, 200_000), 200_000)
  memory.release(first)
  t.equal(memory.used, 100_000)
})

t.test('beyond half of the limit no response is begun, so that those under way can end', async (t) => {
  const { memory } = create()
  const first = memory.grow(0, 400_000)
  t.throws(() => memory.grow(0, 100_001), overloaded)
  t.equal(memory.grow(0, 100_000), 100_000)
  t.equal(memory.grow(first, 900_000), 900_000)
})

t.test('a buffer that several hold counts once, until the last has let go; a text as its UTF-8', async (t) => {
  const { memory } = create()
  const body = Buffer.alloc(600_000)
  const releases = [memory.hold(body), memory.hold(body)]
  const releaseText = memory.hold('ä'.repeat(100_000))
  t.equal(memory.used, 800_000)
  t.throws(() => memory.hold(Buffer.alloc(200_001)), overloaded)
  releases[0]?.()
  releaseText()
  t.equal(memory.used, 600_000)
  releases[1]?.()
  t.equal(memory.used, 0)
})

t.test(
  'clients that have had time enough are disconnected when others need the memory, the slowest first',
  async (t) => {
    const { clock, memory, client } = create()
    const slow = [client(), client(), client()]
    const ends = slow.map((receiver) => {
      clock.now += 1_000
      return memory.send(Buffer.alloc(300_000), receiver)
    })
    const disconnected = () => slow.map(({ destroyed }) => destroyed)

    clock.now = 10_999
    t.throws(() => memory.hold(Buffer.alloc(300_000)), overloaded)
    t.strictSame(disconnected(), [false, false, false], 'nobody who is in time')

    clock.now = 100_000
    memory.hold(Buffer.alloc(300_000))
    t.strictSame(disconnected(), [true, false, false], 'nobody whose memory is not needed')
    for (const end of ends) end()
    t.equal(memory.used, 300_000, 'each gives its bytes back once')
  }
)
