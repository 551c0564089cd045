import { performance } from 'node:perf_hooks'
import { systemClock } from '../pool/clock.ts'
import { DeadlineList } from '../pool/deadline-list.ts'
import type { Role } from '../pool/headers.ts'
import { type ClientResponse, getCancelReason, isCanceled } from './cancellation.ts'
import type { RequestDispatcher } from './dispatcher.ts'
import { Exchange, type KeySource, type ReadBudget } from './exchange.ts'
import type { Observe } from './observer.ts'
import { requestHeaders } from './request-headers.ts'
import { SupabaseResponse } from './response.ts'
import type { ResponseCache } from './response-cache.ts'
import { SharedRequests } from './shared-requests.ts'
import { buildTarget, type Params, toDataApiPath } from './target.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A request to the service that requests to the Data API are made for; `observe` is told. */
export interface Caller {
  /** When the client disconnects before it has been sent, a request is canceled that has no signal of its own. */
  readonly response: ClientResponse
  /** Tells this caller from others that wait for a connection. Read only if the request has to wait. */
  readonly callerId: string
}

/** A request to the Data API. */
export interface DataApiRequest {
  readonly method: Method
  /** Below `/rest/v1/`. */
  readonly path: string
  /** Sent as JSON. */
  readonly body?: unknown
  readonly params?: Params | undefined
  /** Further request headers, for instance `prefer`. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Whose key the request carries; `anon` unless said. */
  readonly role?: Role | undefined
  /** A user's own JWT: row level security then sees that user. */
  readonly token?: string | undefined
  /** How long the response may take once the request has a connection, in milliseconds; the client's own unless said. */
  readonly timeout?: number | undefined
  /** Whether `timeout` includes the wait for a connection; false unless said. */
  readonly includeWait?: boolean
  readonly signal?: AbortSignal | undefined
  /** Goes before all requests that wait for a connection; for health checks, not for callers. */
  readonly priority?: boolean | undefined
  /** Whom the request is made for. */
  readonly caller?: Caller | undefined
  /** Whether it may share an identical request under way; for reads only. */
  readonly shareable?: boolean
  /** Whether this response to a caller may be cached; none may unless given. For reads only. */
  readonly isCacheable?: (response: SupabaseResponse) => boolean
}

export interface DataApiOptions {
  /** The project's URL, for instance `https://abc.supabase.co`. */
  url: string
  dispatcher: RequestDispatcher
  /** How long a response may take unless a request says otherwise, in milliseconds. */
  timeout: number
  /** Where to look for newer keys when Supabase rejects those of the dispatcher. */
  keys?: KeySource
  /** Whether a read joins an identical one that is under way, instead of being sent; true unless said. */
  coalesce?: boolean
  /** Bounds the bytes of responses that are being read. */
  budget?: ReadBudget
  /** Keeps responses to callers without a token of their own. */
  cache?: ResponseCache | undefined
  observe?: Observe
}

/** The longest time that a timer knows: 24 days. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1

type Headers = Readonly<Record<string, string>>

/** A Supabase project's Data API (PostgREST), to which requests are sent over a dispatcher, for instance the pool. */
export class DataApi {
  readonly timeout: number
  readonly #base: string
  readonly #dispatcher: RequestDispatcher
  readonly #keys: KeySource | undefined
  readonly #budget: ReadBudget | undefined
  readonly #cache: ResponseCache | undefined
  readonly #observe: Observe | undefined
  readonly #shared: SharedRequests<Exchange> | undefined
  /** Of requests that have no timeout of their own. */
  readonly #deadlines: DeadlineList<Exchange>
  /** When Supabase last responded with 2xx, in milliseconds by `performance.now()`. */
  lastSuccessAt = Number.NEGATIVE_INFINITY

  constructor({ url, dispatcher, timeout, keys, coalesce = true, budget, cache, observe }: DataApiOptions) {
    this.#base = toDataApiPath(url)
    this.#dispatcher = dispatcher
    this.timeout = timeout
    this.#keys = keys
    this.#budget = budget
    this.#cache = cache
    this.#observe = observe
    this.#shared = coalesce ? new SharedRequests() : undefined
    this.#deadlines = createDeadlines(timeout)
  }

  /** How many reads have joined an identical one that was under way, since the start. */
  get coalesced(): number {
    return this.#shared?.joined ?? 0
  }

  /**
   * Sends a request and resolves with the response, whatever its status. Rejects with a `SupabaseError`, a `PoolError` or
   * the reason of the cancellation. Throws a `TypeError` for a request that cannot be sent.
   */
  send(request: DataApiRequest): Promise<SupabaseResponse> {
    const { method, path, body, params, token, timeout = this.timeout } = request
    if (!(timeout > 0)) throw new TypeError('timeout must be a number of milliseconds, or Infinity')
    const target = buildTarget(this.#base, path, params)
    const own = requestHeaders({ headers: request.headers, token, hasBody: body !== undefined })
    const cache = this.#cache
    if (method === 'GET') return cache ? this.#read(cache, request, target, own) : this.#send(request, target, own)
    const written = this.#send(request, target, own).finally(() => this.#shared?.clear())
    return cache ? cache.watchWrite(written) : written
  }

  async #read(cache: ResponseCache, request: DataApiRequest, target: string, own: Headers): Promise<SupabaseResponse> {
    const { caller, role = 'anon', isCacheable } = request
    if (!caller || !isCacheable || role !== 'anon' || own.authorization) return this.#send(request, target, own)
    const key = createKey(target, own)
    const response = await cache.read(key, caller, (background) => {
      const asked = background ? { ...request, caller: undefined, signal: background } : request
      return this.#send(asked, target, own, (sent) => cache.watchRead(key, sent, isCacheable))
    })
    return response instanceof SupabaseResponse
      ? response
      : new SupabaseResponse(response.status, response.headers, response.body)
  }

  /** `watch` sees what becomes of the request, whichever caller leaves, unless it has joined another. */
  #send(
    request: DataApiRequest,
    target: string,
    own: Headers,
    watch?: (sent: Promise<SupabaseResponse>) => void
  ): Promise<SupabaseResponse> {
    const { method, path, body, role = 'anon', token, caller, timeout = this.timeout } = request
    const cancellation = request.signal ?? caller?.response
    if (cancellation && isCanceled(cancellation)) throw getCancelReason(cancellation)
    const observer = this.#observe?.(caller, method, path)
    const getCaller = caller && (() => caller.callerId)
    const shared = request.shareable ? this.#shared : undefined
    // Reads from before and after a purge share nothing.
    const key = shared && `${role}\n${timeout}\n${this.#cache?.generation}\n${createKey(target, own)}`
    const underWay = key && shared.join(key)
    if (underWay) {
      observer?.onJoined()
      const response = underWay.join(cancellation, observer)
      underWay.joinWait(getCaller)
      return response
    }
    const sent = watch && Promise.withResolvers<SupabaseResponse>()
    const exchange = new Exchange({
      dispatcher: this.#dispatcher,
      request: {
        method,
        path: target,
        role,
        headers: { ...observer?.headers, ...own },
        body: body === undefined ? null : JSON.stringify(body),
        priority: request.priority === true,
        caller: getCaller
      },
      deadlines: timeout === this.timeout ? this.#deadlines : createDeadlines(timeout),
      includeWait: request.includeWait,
      token,
      keys: this.#keys,
      budget: this.#budget,
      onEnd: (outcome) => {
        if (key) shared.remove(key, exchange)
        if (outcome instanceof Error) sent?.reject(outcome)
        else {
          if (outcome.ok) this.lastSuccessAt = performance.now()
          sent?.resolve(outcome)
        }
      }
    })
    if (key) shared.add(key, exchange)
    const response = exchange.join(cancellation, observer)
    if (sent) watch(sent.promise)
    exchange.send()
    return response
  }
}

function createDeadlines(timeout: number): DeadlineList<Exchange> {
  return new DeadlineList({
    timeout: Math.min(timeout, MAX_TIMEOUT_MS),
    clock: systemClock,
    onExpire: (exchange) => exchange.expire()
  })
}

/** All that tells one read with the same key of the project from another. No part has a line break in it. */
function createKey(target: string, headers: Headers): string {
  let key = target
  for (const name in headers) key += `\n${name}:${headers[name]}`
  return key
}
