import { type Dispatcher, errors } from 'undici'

/** Which of the two keys a request carries. */
export type Role = 'anon' | 'service'

/** Lower-case header names and their values. */
export type HeaderSet = Readonly<Record<string, string | string[]>>

/** The headers that authenticate requests, by role. */
export type HeaderSets = Readonly<Record<Role, HeaderSet>>

type Value = string | string[] | undefined
type Headers = Dispatcher.DispatchOptions['headers']

/**
 * A copy of a request's own headers by lower-case name, `undefined` if there are none. Takes headers as undici does: a
 * flat list, an iterable of pairs or an object. Throws undici's `InvalidArgumentError` for anything else.
 */
export function copyHeaders(headers: Headers): HeaderSet | undefined {
  if (headers == null) return undefined
  if (typeof headers !== 'object') throw new errors.InvalidArgumentError('headers must be an object or an array')
  const copy: Record<string, string | string[]> = {}
  if (Array.isArray(headers)) {
    if (headers.length % 2) throw new errors.InvalidArgumentError('headers array must be even')
    for (let i = 0; i < headers.length; i += 2) add(copy, headers[i], headers[i + 1])
  } else if (isIterable(headers)) {
    for (const pair of headers) {
      if (!Array.isArray(pair) || pair.length !== 2) {
        throw new errors.InvalidArgumentError('headers must be in key-value pair format')
      }
      add(copy, pair[0], pair[1])
    }
  } else {
    for (const name of Object.keys(headers)) add(copy, name, (headers as Record<string, Value>)[name])
  }
  return copy
}

/**
 * A connection's headers, over which a request's own take precedence. A request that has its own `apikey` has all its
 * credentials: the connection's `authorization` is not mixed into them.
 */
export function mergeHeaders(own: HeaderSet | undefined, connection: HeaderSet): HeaderSet {
  if (!own) return connection
  if (own.apikey === undefined) return { ...connection, ...own }
  const { authorization: _, ...anonymous } = connection
  return { ...anonymous, ...own }
}

function isIterable(headers: object): headers is Iterable<unknown> {
  const { [Symbol.iterator]: iterator } = headers as Partial<Iterable<unknown>>
  // As undici: a polluted prototype of all objects must not make a request's own headers disappear.
  return (
    typeof iterator === 'function' && iterator !== (Object.prototype as Partial<Iterable<unknown>>)[Symbol.iterator]
  )
}

function add(copy: Record<string, string | string[]>, name: unknown, value: Value): void {
  if (typeof name !== 'string') throw new errors.InvalidArgumentError('invalid header key')
  if (value === undefined) return
  const key = name.toLowerCase()
  if (Object.hasOwn(copy, key)) copy[key] = [copy[key] as string, value].flat()
  // Assigned, this one would become the prototype instead of a header.
  else if (key === '__proto__') Object.defineProperty(copy, key, { value, ...PLAIN })
  else copy[key] = Array.isArray(value) ? [...value] : value
}

const PLAIN = { configurable: true, enumerable: true, writable: true }
