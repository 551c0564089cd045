import type { Dispatcher } from 'undici'

/** Which of the project's two keys a request carries. */
export type Role = 'anon' | 'service'

/** Lower-case header names and their values. */
export type HeaderSet = Readonly<Record<string, string | string[]>>

/** The headers that authenticate a connection's requests, by role. */
export type HeaderSets = Readonly<Record<Role, HeaderSet>>

type Pair = [name: string, value: string | string[] | undefined]
type Headers = Dispatcher.DispatchOptions['headers']

/**
 * A connection's headers with a request's own put over them. A request that brings its own `apikey` brings all its
 * credentials: the connection's `authorization` is not mixed into them.
 */
export function headersUnder(own: Headers, connection: HeaderSet): HeaderSet {
  if (!own) return connection
  const named = lowerCased(own)
  if (!named.apikey) return { ...connection, ...named }
  const { authorization: _, ...anonymous } = connection
  return { ...anonymous, ...named }
}

function lowerCased(headers: NonNullable<Headers>): Record<string, string | string[]> {
  const named: Record<string, string | string[]> = Object.create(null)
  for (const [name, value] of pairs(headers)) {
    if (value === undefined) continue
    const key = name.toLowerCase()
    named[key] = key in named ? [named[key] as string, value].flat() : value
  }
  return named
}

/** undici takes headers as an object, as a flat list or as pairs. */
function pairs(headers: NonNullable<Headers>): Iterable<Pair> {
  if (Array.isArray(headers)) {
    return headers.flatMap((name, i) => (i % 2 ? [] : [[name, headers[i + 1]] as Pair]))
  }
  if (Symbol.iterator in headers) return headers as Iterable<Pair>
  return Object.entries(headers) as Pair[]
}
