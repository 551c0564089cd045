import type { AbortSignalLike } from '../pool/abort.ts'
import type { Role } from '../pool/headers.ts'
import { deniesPrivilege, refusalOf } from './error-mapping.ts'
import { nonsense, notSupabase, timedOut } from './errors.ts'
import { Exchange, type KeySource, type ReadBudget, type RequestDispatcher } from './exchange.ts'
import { type Filters, notationsOf } from './filters.ts'
import type { Observe } from './observer.ts'
import { type Count, type Page, pageBeyondEnd, pageOf, rowsOf } from './page.ts'
import { requestHeaders } from './request-headers.ts'
import { SupabaseResponse } from './response.ts'
import { SharedExchanges } from './shared-exchanges.ts'
import { type Params, targetOf } from './target.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface RequestOptions {
  /** Sent as JSON. */
  body?: unknown
  params?: Params
  /** Further request headers, for instance `prefer`. */
  headers?: Readonly<Record<string, string>> | undefined
  /** Whose key the request carries; `anon` unless said. */
  role?: Role
  /** A user's own JWT: row level security then sees that user. */
  token?: string | undefined
  /** How long the answer may take once the request has a connection, in milliseconds; `Infinity` for as long as it likes. */
  timeout?: number
  /** Whether `timeout` includes the wait for a connection; false unless said. */
  includeWait?: boolean
  /** Ends the request, or this caller's part in it. */
  signal?: AbortSignalLike
  /** What the request is made for; the client's `observe` is told. */
  context?: object
  /** Goes before all requests that wait for a connection; for health checks, not for callers. */
  priority?: boolean
}

export interface SelectOptions
  extends Pick<RequestOptions, 'role' | 'token' | 'timeout' | 'includeWait' | 'signal' | 'context'> {
  /** For instance `{ name: { startsWith: 'gly' }, molecular_weight: 'lt.100' }`. */
  filters?: Filters
  /** Rows at most; 100 unless said. */
  limit?: number
  /** Rows to skip; none unless said. */
  offset?: number
  /** PostgREST's order, for instance `name.asc,id.asc`. */
  order?: string
  /** The columns, `*` unless said. */
  select?: string | undefined
  /** Has a page tell how many rows there are in all, and says how to find out. */
  count?: Count | undefined
}

export interface SupabaseClientOptions {
  /** The project's URL, for instance `https://abc.supabase.co`. */
  url: string
  dispatcher: RequestDispatcher
  /** How long an answer may take unless a request says otherwise, in milliseconds. */
  timeout: number
  /** Where to look for newer keys when Supabase refuses those of the dispatcher. */
  keys?: KeySource
  /** Whether a read joins an identical one that is under way, instead of being sent; true unless said. */
  coalesce?: boolean
  /** Bounds the bytes of responses that are being read. */
  budget?: ReadBudget
  observe?: Observe
}

/** The longest time that a timer knows, in milliseconds: 24 days. */
const LONGEST_TIMEOUT = 2 ** 31 - 1

/** A client of Supabase's Data API (PostgREST) that sends its requests over a dispatcher, for instance the pool. */
export class SupabaseClient {
  readonly #base: string
  readonly #dispatcher: RequestDispatcher
  readonly #timeout: number
  readonly #keys: KeySource | undefined
  readonly #budget: ReadBudget | undefined
  readonly #observe: Observe | undefined
  readonly #shared: SharedExchanges | undefined
  /** When Supabase last answered with 2xx, in milliseconds by `performance.now()`. */
  lastSuccessAt = Number.NEGATIVE_INFINITY

  constructor({ url, dispatcher, timeout, keys, coalesce = true, budget, observe }: SupabaseClientOptions) {
    this.#base = `${new URL(url).pathname.replace(/(?<!\/)\/+$/, '')}/rest/v1/`
    this.#dispatcher = dispatcher
    this.#timeout = timeout
    this.#keys = keys
    this.#budget = budget
    this.#observe = observe
    this.#shared = coalesce ? new SharedExchanges() : undefined
  }

  /** How many reads have joined an identical one that was under way, since the start. */
  get coalesced(): number {
    return this.#shared?.joined ?? 0
  }

  /**
   * Sends a request to `path` below `/rest/v1/` and gives the answer, whatever its status. Rejects when there is none:
   * with a `SupabaseError`, a `PoolError` or the signal's reason; with a `TypeError` for a request that cannot be sent.
   */
  async request(method: Method, path: string, options: RequestOptions = {}): Promise<SupabaseResponse> {
    return this.#exchange(method, path, options, undefined)
  }

  /** The rows of a table or view. Rejects as `request` does, and with a `SupabaseError` for an answer other than rows. */
  async select<T = Record<string, unknown>>(table: string, options?: SelectOptions): Promise<T[]> {
    return rowsOf(await this.page(table, options))
  }

  /** The rows of a table or view as bytes, counted but not parsed. Rejects as `select` does. */
  async page(table: string, options: SelectOptions = {}): Promise<Page> {
    const { filters, limit = 100, offset = 0, order, select, count, ...rest } = options
    const { timeout = this.#timeout } = rest
    const startedAt = count ? performance.now() : 0
    const params = { ...(filters && conditionsOf(filters)), select, order, limit, offset: offset || undefined }
    const headers = count && { prefer: `count=${count}` }
    const response = await this.#read(encodeURIComponent(table.toWellFormed()), { ...rest, params, headers })
    if (count && response.status === 416) {
      const page = pageBeyondEnd(response)
      if (count === 'exact') return { ...page, counting: count }
      // The total is an estimate: there may be rows all the same. Both requests share one deadline.
      const timeLeft = timeout - (performance.now() - startedAt)
      if (timeLeft <= 0) throw timedOut()
      const { total } = page
      const uncounted = { ...options, count: undefined, timeout: timeLeft, includeWait: true }
      return { ...(await this.page(table, uncounted)), total, counting: count }
    }
    if (!response.ok) throw refusalOf(response, rest.token)
    return pageOf(response, count)
  }

  /** The names of the tables and views in the Data API, sorted. Only the service key is shown them. */
  async tables(options?: Pick<RequestOptions, 'timeout' | 'signal' | 'context'>): Promise<string[]> {
    const headers = { accept: 'application/openapi+json' }
    const response = await this.#read('', { ...options, headers, role: 'service' })
    if (!response.ok) throw refusalOf(response)
    const paths = response.json<{ paths?: unknown } | null>()?.paths
    if (typeof paths !== 'object' || paths === null) throw nonsense('The OpenAPI document has no paths')
    return Object.keys(paths)
      .map((path) => path.slice(1))
      .filter((name) => name !== '' && !name.startsWith('rpc/'))
      .sort()
  }

  /**
   * Resolves when Supabase answers as a project does, accepts the key of `role` and has the table with the columns of
   * `select`, which it need not open to that role. Goes before all requests that wait for a connection. Rejects as
   * `select` does, and with `UPSTREAM_NOT_SUPABASE` for whatever else speaks HTTP.
   */
  async check(table: string, options: Pick<RequestOptions, 'role' | 'signal'> & { select: string }): Promise<void> {
    const { select, ...rest } = options
    const response = await this.request('GET', table, { ...rest, params: { select, limit: 1 }, priority: true })
    if (response.ok) {
      try {
        pageOf(response)
      } catch (cause) {
        throw notSupabase({ cause })
      }
    } else if (!deniesPrivilege(response)) {
      const refusal = refusalOf(response)
      throw refusal.code === 'UPSTREAM_REJECTED' && !response.isJson ? notSupabase({ cause: refusal }) : refusal
    }
  }

  /** A GET that may join an identical one. */
  #read(path: string, options: RequestOptions): Promise<SupabaseResponse> {
    return this.#exchange('GET', path, options, this.#shared)
  }

  #exchange(
    method: Method,
    path: string,
    options: RequestOptions,
    shared: SharedExchanges | undefined
  ): Promise<SupabaseResponse> {
    const {
      body,
      params,
      headers,
      role = 'anon',
      token,
      signal,
      timeout = this.#timeout,
      includeWait,
      context,
      priority = false
    } = options
    if (!(timeout > 0)) throw new TypeError('timeout must be a number of milliseconds, or Infinity')
    if (signal?.aborted) throw signal.reason
    const target = targetOf(this.#base, path, params)
    const own = requestHeaders({ headers, token, hasBody: body !== undefined })
    const observer = this.#observe?.(context, method, path)
    const key = shared && keyOf(role, timeout, target, own)
    const underWay = key && shared.join(key)
    if (underWay) {
      observer?.onJoined()
      return underWay.join(signal, observer)
    }

    const exchange = new Exchange({
      dispatcher: this.#dispatcher,
      request: {
        method,
        path: target,
        role,
        headers: { ...observer?.headers, ...own },
        body: body === undefined ? null : JSON.stringify(body),
        priority
      },
      timeout: Math.min(timeout, LONGEST_TIMEOUT),
      includeWait,
      token,
      keys: this.#keys,
      budget: this.#budget,
      onEnd: (outcome) => {
        if (key) shared.remove(key)
        if (outcome instanceof SupabaseResponse && outcome.ok) this.lastSuccessAt = performance.now()
      }
    })
    if (key) shared.add(key, exchange)
    const response = exchange.join(signal, observer)
    exchange.send()
    return response
  }
}

/** Columns that the Data API takes for parameters of its own. */
const RESERVED = new Set(['select', 'order', 'limit', 'offset'])

function conditionsOf(filters: Filters): Record<string, string[]> {
  const conditions = Object.entries(filters).map(([column, condition]): [string, string[]] => {
    if (RESERVED.has(column)) throw new TypeError(`The Data API cannot filter by a column "${column}"`)
    return [column, notationsOf(column, condition)]
  })
  return Object.fromEntries(conditions)
}

/** All that tells one read from another. No part has a line break in it. */
function keyOf(role: Role, timeout: number, target: string, headers: Readonly<Record<string, string>>): string {
  let key = `${role}\n${timeout}\n${target}`
  for (const name in headers) key += `\n${name}:${headers[name]}`
  return key
}
