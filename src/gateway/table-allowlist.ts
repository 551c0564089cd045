import type { IncomingHttpHeaders } from 'node:http'
import { GatewayError } from './gateway-error.ts'

/** `column.sum()`, or `count()` of all rows. */
const AGGREGATE = /(?:\.(?:sum|avg|min|max|count)|^(?:[^:]*:)?count)$/
/** The headers that choose a schema. */
const PROFILES = ['accept-profile', 'content-profile'] as const
/** What Supabase's clients send unless they are told otherwise. */
const DEFAULT_PROFILE = 'public'

/**
 * The tables, views and functions that the gateway is narrowed to. They are those of the project's default schema, and a
 * request reaches no other one: not by its path, not embedded in `select`, not by the headers that choose a schema.
 */
export class TableAllowlist {
  readonly #names: ReadonlySet<string>

  /** `names` are those of tables and views, and `rpc/` with the name of a function. */
  constructor(names: Iterable<string>) {
    this.#names = new Set(names)
  }

  /**
   * Throws a `GatewayError` for a request that asks for something else; `resource` is the path below `/rest/v1/`, decoded,
   * and `query` the URL's, with its question mark. Takes the default schema's name out of `headers`.
   */
  check(resource: string, query: string, headers: IncomingHttpHeaders): void {
    if (!this.#names.has(resource)) throw refusal(resource)
    for (const name of PROFILES) {
      if (headers[name] === undefined) continue
      if (headers[name] !== DEFAULT_PROFILE) throw refusal(`the schema in "${name}"`)
      delete headers[name]
    }
    // PostgREST takes a semicolon for a separator as well.
    for (const select of new URLSearchParams(query.replaceAll(';', '&')).getAll('select')) {
      for (const name of embeddedNames(select)) if (!this.#names.has(name)) throw refusal(name)
    }
  }
}

/** The names of the relations that a `select` embeds: https://docs.postgrest.org/en/stable/references/api/resource_embedding.html */
function embeddedNames(select: string): string[] {
  if (select.includes('"')) {
    throw new GatewayError(400, 'SELECT_NOT_SUPPORTED', 'Quoted names in "select" are not supported here')
  }
  const names: string[] = []
  // An embedded relation or an aggregate function stands before each opening parenthesis.
  const parts = select.split('(')
  for (const [i, part] of parts.slice(0, -1).entries()) {
    const text = part.slice(Math.max(part.lastIndexOf(','), part.lastIndexOf(')')) + 1)
    if (parts[i + 1]?.startsWith(')') && AGGREGATE.test(text)) continue
    const [target = ''] = text.slice(text.lastIndexOf(':') + 1).split('!', 1)
    names.push(target.replace(/^\s*\.\.\./, '').trim())
  }
  return names
}

function refusal(what: string): GatewayError {
  const message = `${what} is not open to this gateway`
  return new GatewayError(
    403,
    'NOT_IN_GATEWAY_TABLES',
    message,
    'GATEWAY_TABLES lists the tables and functions that are'
  )
}
