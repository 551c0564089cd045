import type { PooledDispatchOptions } from '../pool/dispatch.ts'
import type { Role } from '../pool/headers.ts'
import { Exchange, type KeySource, type ReadBudget, type RequestDispatcher } from './exchange.ts'
import type { Observe } from './observer.ts'
import { requestHeaders } from './request-headers.ts'
import { SupabaseResponse } from './response.ts'
import { SharedRequests } from './shared-requests.ts'
import { buildTarget, type Params, toDataApiPath } from './target.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

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
  /** Tells whose request it is: callers that wait for a connection take turns. */
  readonly caller?: PooledDispatchOptions['caller']
  /** What the request is made for; `observe` is told. */
  readonly context?: object | undefined
  /** Whether it may share an identical request under way; for reads only. */
  readonly shareable?: boolean
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
  observe?: Observe
}

/** The longest time that a timer knows: 24 days. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1

/** A Supabase project's Data API (PostgREST), to which requests are sent over a dispatcher, for instance the pool. */
export class DataApi {
  readonly timeout: number
  readonly #base: string
  readonly #dispatcher: RequestDispatcher
  readonly #keys: KeySource | undefined
  readonly #budget: ReadBudget | undefined
  readonly #observe: Observe | undefined
  readonly #shared: SharedRequests<Exchange> | undefined
  /** When Supabase last responded with 2xx, in milliseconds by `performance.now()`. */
  lastSuccessAt = Number.NEGATIVE_INFINITY

  constructor({ url, dispatcher, timeout, keys, coalesce = true, budget, observe }: DataApiOptions) {
    this.#base = toDataApiPath(url)
    this.#dispatcher = dispatcher
    this.timeout = timeout
    this.#keys = keys
    this.#budget = budget
    this.#observe = observe
    this.#shared = coalesce ? new SharedRequests() : undefined
  }

  /** How many reads have joined an identical one that was under way, since the start. */
  get coalesced(): number {
    return this.#shared?.joined ?? 0
  }

  /**
   * Sends a request and resolves with the response, whatever its status. Rejects with a `SupabaseError`, a `PoolError` or
   * the signal's reason. Throws a `TypeError` for a request that cannot be sent.
   */
  send(request: DataApiRequest): Promise<SupabaseResponse> {
    const { method, path, body, params, role = 'anon', token, signal, timeout = this.timeout } = request
    if (!(timeout > 0)) throw new TypeError('timeout must be a number of milliseconds, or Infinity')
    if (signal?.aborted) throw signal.reason
    const target = buildTarget(this.#base, path, params)
    const own = requestHeaders({ headers: request.headers, token, hasBody: body !== undefined })
    const observer = this.#observe?.(request.context, method, path)
    const shared = request.shareable ? this.#shared : undefined
    const key = shared && createKey(role, timeout, target, own)
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
        priority: request.priority === true,
        caller: request.caller
      },
      timeout: Math.min(timeout, MAX_TIMEOUT_MS),
      includeWait: request.includeWait,
      token,
      keys: this.#keys,
      budget: this.#budget,
      onEnd: (outcome) => {
        if (key) shared.remove(key, exchange)
        if (outcome instanceof SupabaseResponse && outcome.ok) this.lastSuccessAt = performance.now()
      }
    })
    if (key) shared.add(key, exchange)
    const response = exchange.join(signal, observer)
    exchange.send()
    return response
  }
}

/** All that tells one read from another. No part has a line break in it. */
function createKey(role: Role, timeout: number, target: string, headers: Readonly<Record<string, string>>): string {
  let key = `${role}\n${timeout}\n${target}`
  for (const name in headers) key += `\n${name}:${headers[name]}`
  return key
}
