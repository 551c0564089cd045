import { performance } from 'node:perf_hooks'
import type { Role } from '../pool/headers.ts'
import type { Caller, DataApi, DataApiRequest, Method } from './data-api.ts'
import { deniesPrivilege, toRefusal } from './error-mapping.ts'
import { invalidResponse, SupabaseError } from './errors.ts'
import { type Filters, formatFilters } from './filters.ts'
import { type Count, isPage, type Page, parsePage, parsePageBeyondEnd, parseRows } from './page.ts'
import type { SupabaseResponse } from './response.ts'
import { encode } from './target.ts'

/** A request to the service that a client works for. */
export interface ClientCaller extends Caller {
  /** The caller's own JWT: row level security then sees that user. */
  readonly userToken?: string | undefined
}

export interface RequestOptions {
  /** Sent as JSON. */
  body?: unknown
  params?: DataApiRequest['params']
  /** Further request headers, for instance `prefer`. */
  headers?: DataApiRequest['headers']
  /** Whose key the request carries; `anon` unless said. */
  role?: Role
  /** A user's own JWT: row level security then sees that user. With the key of `anon`, the caller's own unless said. */
  token?: string | undefined
  /** How long the response may take once the request has a connection, in milliseconds; `Infinity` for no limit. */
  timeout?: number
  /** Ends the request, or this caller's part in it; the caller's disconnect unless said. */
  signal?: AbortSignal
}

export interface SelectOptions extends Pick<RequestOptions, 'role' | 'token' | 'timeout' | 'signal'> {
  /** For instance `{ name: { startsWith: 'gly' }, molecular_weight: 'lt.100' }`. */
  filters?: Filters | undefined
  /** Rows at most; 100 unless said. */
  limit?: number
  /** Rows to skip; none unless said. */
  offset?: number
  /** PostgREST's order, for instance `name.asc,id.asc`. */
  order?: string
  /** The columns; `*` unless said. */
  select?: string | undefined
  /** Has a page tell how many rows there are in all, and says how to find out. */
  count?: Count | undefined
}

/** A client of a project's Data API: for nobody in particular, or on behalf of a caller. */
export class SupabaseClient {
  readonly #api: DataApi
  readonly #caller: ClientCaller | undefined

  constructor(api: DataApi, caller?: ClientCaller) {
    this.#api = api
    this.#caller = caller
  }

  /** How many reads have joined an identical one that was under way, since the start. */
  get coalesced(): number {
    return this.#api.coalesced
  }

  /** When Supabase last responded with 2xx, in milliseconds by `performance.now()`. */
  get lastSuccessAt(): number {
    return this.#api.lastSuccessAt
  }

  /**
   * Sends a request to `path` below `/rest/v1/` and gives the response, whatever its status. Rejects when there is none:
   * with a `SupabaseError`, a `PoolError` or the reason of the cancellation; with a `TypeError` for a request that cannot be
   * sent.
   */
  async request(method: Method, path: string, options: RequestOptions = {}): Promise<SupabaseResponse> {
    return this.#send({ ...options, method, path })
  }

  /** The rows of a table or view. Rejects as `request` does, and with a `SupabaseError` for a response other than rows. */
  async select<T = Record<string, unknown>>(table: string, options?: SelectOptions): Promise<T[]> {
    return parseRows(await this.page(table, options))
  }

  /** The rows of a table or view as bytes, counted but not parsed. Rejects as `select` does. */
  async page(table: string, options: SelectOptions = {}): Promise<Page> {
    const { count, timeout = this.#api.timeout } = options
    const startedAt = count ? performance.now() : 0
    const request = toRequest(table, options)
    const response = await this.#send({ ...request, headers: count && { prefer: `count=${count}` } })
    if (count && response.status === 416) {
      const { total, ...page } = parsePageBeyondEnd(response)
      if (count === 'exact') return { ...page, total, counting: count }
      // The total is an estimate: there may be rows all the same. Both requests share one deadline.
      const timeLeft = timeout - (performance.now() - startedAt)
      if (timeLeft <= 0) throw new SupabaseError('UPSTREAM_TIMEOUT')
      const uncounted = await this.#send({ ...request, timeout: timeLeft, includeWait: true })
      return { ...this.#toPage(uncounted, { ...options, count: undefined }), total, counting: count }
    }
    return this.#toPage(response, options)
  }

  /** The names of the tables and views in the Data API, sorted. Only the service key may list them. */
  async tables(options?: Pick<RequestOptions, 'timeout' | 'signal'>): Promise<string[]> {
    const headers = { accept: 'application/openapi+json' }
    const response = await this.#send({
      ...options,
      method: 'GET',
      path: '',
      headers,
      role: 'service',
      shareable: true
    })
    if (!response.ok) throw toRefusal(response)
    const paths = response.json<{ paths?: unknown } | null>()?.paths
    if (typeof paths !== 'object' || paths === null) throw invalidResponse('The OpenAPI document has no paths')
    return Object.keys(paths)
      .map((path) => path.slice(1))
      .filter((name) => name !== '' && !name.startsWith('rpc/'))
      .sort()
  }

  /**
   * Resolves when Supabase responds as a project does, accepts the key of `role` and has the table with the columns of
   * `select`, which it need not open to that role. Goes before all requests that wait for a connection. Rejects as
   * `select` does, and with `UPSTREAM_NOT_SUPABASE` for whatever else speaks HTTP.
   */
  async check(table: string, options: Pick<RequestOptions, 'role' | 'signal'> & { select: string }): Promise<void> {
    const { select, ...rest } = options
    const params = { select, limit: 1 }
    const response = await this.#send({ ...rest, method: 'GET', path: table, params, priority: true })
    if (response.ok) {
      try {
        parsePage(response)
      } catch (cause) {
        throw new SupabaseError('UPSTREAM_NOT_SUPABASE', { cause })
      }
    } else if (!deniesPrivilege(response)) {
      const cause = toRefusal(response)
      const isForeign = cause.code === 'UPSTREAM_REJECTED' && !response.isJson
      throw isForeign ? new SupabaseError('UPSTREAM_NOT_SUPABASE', { cause }) : cause
    }
  }

  #send(request: DataApiRequest): Promise<SupabaseResponse> {
    const caller = this.#caller
    return this.#api.send(caller ? { ...request, token: this.#tokenFor(request), caller } : request)
  }

  /** The service key stands for itself. */
  #tokenFor({ token, role = 'anon' }: Pick<DataApiRequest, 'token' | 'role'>): string | undefined {
    return token ?? (role === 'anon' ? this.#caller?.userToken : undefined)
  }

  #toPage(response: SupabaseResponse, options: SelectOptions): Page {
    if (!response.ok) throw toRefusal(response, this.#tokenFor(options))
    return parsePage(response, options.count)
  }
}

function toRequest(table: string, options: SelectOptions): DataApiRequest {
  const { filters, limit = 100, offset = 0, order, select, role, token, timeout, signal } = options
  const params = { ...(filters && toParams(filters)), select, order, limit, offset: offset || undefined }
  return {
    method: 'GET',
    path: encode(table),
    params,
    role,
    token,
    timeout,
    signal,
    shareable: true,
    isCacheable: isPage
  }
}

/** Columns that the Data API takes for parameters of its own. */
const RESERVED_COLUMNS = new Set(['select', 'order', 'limit', 'offset'])

function toParams(filters: Filters): Record<string, string[]> {
  const conditions = Object.entries(filters).map(([column, condition]): [string, string[]] => {
    if (RESERVED_COLUMNS.has(column)) throw new TypeError(`The Data API cannot filter by a column "${column}"`)
    return [column, formatFilters(column, condition)]
  })
  return Object.fromEntries(conditions)
}
