import { isAscii } from 'node:buffer'

/** Larger bodies are not copied. */
const MAX_SMALL_BYTES = 16 * 1024

/**
 * Whether a body is better sent as a string, which Node writes together with the headers; a buffer is a chunk of its own. The
 * bytes are the same: only ASCII is.
 */
export function isSmallText(body: Buffer): boolean {
  return body.length <= MAX_SMALL_BYTES && isAscii(body)
}
