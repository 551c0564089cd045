import type { IncomingMessage } from 'node:http'

/** A body up to this many bytes is read before a connection is asked for. */
const SMALL_BYTES = 64 * 1024
const WITHOUT_BODY = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * The body of a client's request, as undici takes it; `null` if there is none, or none that means anything. A small one is
 * read first, so that a slow client holds no connection of the pool meanwhile; a larger one is read as fast as Supabase
 * takes it. Rejects when the client disconnects.
 */
export async function readBody(request: IncomingMessage): Promise<Buffer | AsyncIterable<Buffer> | null> {
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers
  const isEmpty = coding === undefined && (length === undefined || length === '0')
  if (isEmpty || WITHOUT_BODY.has(request.method as string)) return null
  // Not destroyed with its iterator: the response goes over the same socket.
  const body: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false })
  if (coding !== undefined || Number(length) > SMALL_BYTES) return body
  const chunks: Buffer[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}
