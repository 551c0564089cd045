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
  const named: Record<string, string | string[]> = {}
  const add = (name: string, value: string | string[] | undefined) => {
    if (value === undefined) return
    const key = name.toLowerCase()
    named[key] = Object.hasOwn(named, key) ? [named[key] as string, value].flat() : value
  }
  // undici takes headers as a flat list, as pairs or as an object.
  if (Array.isArray(headers)) for (let i = 0; i < headers.length; i += 2) add(headers[i] as string, headers[i + 1])
  else if (Symbol.iterator in headers) for (const [name, value] of headers as Iterable<Pair>) add(name, value)
  else for (const name in headers) add(name, (headers as Record<string, Pair[1]>)[name])
  return named
}
