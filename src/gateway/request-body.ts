import type { IncomingMessage } from 'node:http'

/** So many bytes of a body, or all of it, are read before a connection is asked for. */
const READ_AHEAD_BYTES = 64 * 1024
const WITHOUT_BODY = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * The body of a client's request, as undici takes it; `null` if there is none, or none that means anything. A small one is
 * read first, so that a slow client holds no connection of the pool meanwhile; the rest of a larger one is read as fast as
 * Supabase takes it. Rejects when the client disconnects.
 */
export async function readBody(request: IncomingMessage): Promise<Buffer | AsyncIterable<Buffer> | null> {
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers
  const isEmpty = coding === undefined && (length === undefined || length === '0')
  if (isEmpty || WITHOUT_BODY.has(request.method as string)) return null
  // Not destroyed with its iterator: the response goes over the same socket.
  const body: AsyncIterableIterator<Buffer> = request.iterator({ destroyOnReturn: false })
  const chunks: Buffer[] = []
  for (let size = 0; size <= READ_AHEAD_BYTES; ) {
    const { done, value } = await body.next()
    if (done) return Buffer.concat(chunks)
    chunks.push(value)
    size += value.length
  }
  return concat(chunks, body)
}

async function* concat(chunks: readonly Buffer[], rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* chunks
  yield* rest
}
