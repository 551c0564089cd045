import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import t from 'tap'
import { readBody } from '../../../src/gateway/request-body.ts'

const BLOCK = Buffer.alloc(64 * 1024, 'x')

/** A request with this body. */
function post(chunks: readonly Buffer[], headers = { 'transfer-encoding': 'chunked' }): IncomingMessage {
  return Object.assign(Readable.from(chunks), { method: 'POST', headers }) as unknown as IncomingMessage
}

t.test('a small body is read before a connection is asked for', async (t) => {
  t.strictSame(await readBody(post([Buffer.from('a'), Buffer.from('b')])), Buffer.from('ab'))
})

t.test('a larger body is read ahead and then as fast as it is taken, and nothing of it is lost', async (t) => {
  const blocks = Array.from({ length: 10 }, () => BLOCK)
  const body = (await readBody(post(blocks))) as AsyncIterable<Buffer>
  t.notOk(Buffer.isBuffer(body))
  let size = 0
  for await (const chunk of body) size += chunk.length
  t.equal(size, 10 * BLOCK.length)
})
