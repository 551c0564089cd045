/** Of a request's headers together, and of its body, which no route reads. */
export const MAX_REQUEST_BYTES = 16 * 1024
/**
 * In characters, several times a browser's: a negotiator compares each type with each format of a list, and takes up to a
 * millisecond for as many types as fit. With 1,000 it was two.
 */
export const MAX_ACCEPT_LENGTH = 500
/** In characters: room for 30 tags of this service. A longer one counts as none. */
export const MAX_IF_NONE_MATCH_LENGTH = 1_000
/**
 * Room for a list's link to the next page: three filters of 300 characters, percent-encoded, every column in `order` and
 * `select`, and a cursor. More than RFC 9110 (4.1) asks for, and with the other headers below Node's 16 KiB.
 */
export const MAX_URL_LENGTH = 12_800
/** Many times what any route takes; empty and repeated ones count. */
export const MAX_PARAMETERS = 100

/** Whether the query of a URL has too many parameters. */
export function hasTooManyParameters(url: string): boolean {
  return findExcess(url) !== -1
}

/**
 * A URL without the part of its query that is too much for either limit; what is left still exceeds it, so that it is
 * refused. Fastify's routers parse the query before any hook, and thousands of names cost more than all the rest.
 */
export function cutQuery(url: string): string {
  const query = url.indexOf('?')
  if (query === -1) return url
  const excess = findExcess(url)
  const most = Math.max(query, MAX_URL_LENGTH) + 1
  return url.slice(0, excess === -1 ? most : Math.min(most, excess + 1))
}

/** Where the separator is in front of the first parameter that is one too many, or -1. */
function findExcess(url: string): number {
  let separator = url.indexOf('?')
  for (let count = 0; count < MAX_PARAMETERS && separator !== -1; count++) separator = url.indexOf('&', separator + 1)
  return separator
}
