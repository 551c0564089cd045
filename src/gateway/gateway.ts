import type { IncomingMessage } from 'node:http'
import type { PooledDispatchOptions } from '../pool/dispatch.ts'
import { type Cancellation, getCancelReason, isCanceled } from '../supabase/cancellation.ts'
import type { RequestDispatcher } from '../supabase/dispatcher.ts'
import type { ReadBudget } from '../supabase/exchange.ts'
import type { Keys } from '../supabase/keys.ts'
import type { Observe } from '../supabase/observer.ts'
import type { ResponseCache } from '../supabase/response-cache.ts'
import { SharedRequests } from '../supabase/shared-requests.ts'
import { toDataApiPath } from '../supabase/target.ts'
import { checkCredentials } from './credentials.ts'
import { type Outgoing, Relay, type RelayedResponse } from './relay.ts'
import { relayedRequestHeaders, relayedResponseHeaders } from './relayed-headers.ts'
import { readBody } from './request-body.ts'
import { SlowClients } from './slow-clients.ts'
import type { TableAllowlist } from './table-allowlist.ts'
import { gatewayTarget, rawQuery } from './target.ts'

/** All times are milliseconds. */
export interface GatewayOptions {
  project: {
    /** For instance `https://abc.supabase.co`. */
    readonly url: string
    /** The keys of this moment. */
    readonly keys: Keys
  }
  dispatcher: RequestDispatcher
  /** How long Supabase may take to respond once it has the request, and then for each next part of the body. */
  timeout: number
  /** How long the reader of a larger body may hold the connection up, for each MiB. */
  readerTimeout: number
  /** How many connections may wait for slow clients. */
  maxSlowClients: number
  /** Bounds the bytes of larger bodies that have been read and not taken. */
  budget: ReadBudget
  /** Whether identical reads at the same time, with the same credentials and headers, share one request. */
  coalesce: boolean
  /** Keeps small responses to GETs without a user's token. */
  cache?: ResponseCache | undefined
  observe: Observe
  /** What the gateway is narrowed to; everything unless given. */
  allowlist?: TableAllowlist | undefined
}

/** A client's request to the Data API. */
export interface GatewayRequest {
  raw: IncomingMessage
  /** The path below `/rest/v1/`: what precedes the name of a table, view or function, and that name, decoded. */
  kind: '' | 'rpc/'
  name: string
  /** The user's own token, as `checkCredentials` has returned it. */
  token: string | undefined
  /** Ends this caller's part in the request. */
  cancellation: Cancellation
  /** What the request is made for: `observe` is told, and callers that wait for a connection take turns. */
  caller: { readonly callerId: string }
}

/** Passes requests on to Supabase's Data API over a dispatcher, for instance the pool, and the responses back. */
export class Gateway {
  readonly #options: GatewayOptions
  readonly #base: string
  readonly #slowClients: SlowClients
  readonly #shared: SharedRequests<Relay> | undefined

  constructor(options: GatewayOptions) {
    this.#options = options
    this.#base = toDataApiPath(options.project.url)
    this.#slowClients = new SlowClients(options.maxSlowClients)
    this.#shared = options.coalesce ? new SharedRequests() : undefined
  }

  /**
   * The user's own token, if the request carries one beside the project's publishable or anon key. Throws a `GatewayError`
   * without that key, and for a key that bypasses row level security.
   */
  checkCredentials({ headers, url = '' }: IncomingMessage): string | undefined {
    return checkCredentials(headers, url, this.#options.project.keys)
  }

  /**
   * Sends the request with the pool's own key and the user's token, and returns the response, whatever its status. Rejects
   * when there is none: with a `SupabaseError`, a `PoolError` or the reason of the cancellation; with a `GatewayError` for a
   * request that is not passed on.
   */
  async relay({ raw, kind, name, token, cancellation, caller }: GatewayRequest): Promise<RelayedResponse> {
    const { dispatcher, timeout, readerTimeout, budget, cache, observe, allowlist } = this.#options
    const query = rawQuery(raw.url as string)
    const path = gatewayTarget(this.#base, kind, name, query)
    const headers = relayedRequestHeaders(raw.headers)
    allowlist?.check(kind + name, query, headers)
    if (token) headers.authorization = `Bearer ${token}`
    const body = await readBody(raw)
    const length = raw.headers['content-length']
    if (body && length) headers['content-length'] = length
    if (isCanceled(cancellation)) throw getCancelReason(cancellation)

    const method = raw.method as string
    const prepare = (background?: AbortSignal): Outgoing => {
      const asking = background ? undefined : caller
      const observer = observe(asking, method, kind + name)
      const request = {
        method,
        path,
        headers: { ...headers, ...observer.headers },
        body,
        caller: asking && (() => asking.callerId)
      } as PooledDispatchOptions
      return {
        dispatcher,
        request,
        timeout,
        readerTimeout,
        slowClients: this.#slowClients,
        budget,
        cancellation: background ?? cancellation,
        observer
      }
    }
    if (method !== 'GET') {
      const response = send(new Relay(prepare()))
      if (READING.has(method)) return response
      const written = response.finally(() => this.#shared?.clear())
      return cache ? cache.watchWrite(written) : written
    }
    const key = `${path}\n${JSON.stringify(headers)}`
    if (!cache || token) return this.#read(key, prepare)
    const watch = (sent: Promise<RelayedResponse>) => cache.watchRead(key, sent)
    return cache.read(key, caller, (background) => this.#read(key, () => prepare(background), watch))
  }

  /**
   * Joins the read under way with this `key`, everything that tells one read from another, or sends it, and then has `watch`
   * see what becomes of it, whichever caller leaves. One that turns out to be too large to be shared is read anew.
   */
  async #read(
    key: string,
    prepare: () => Outgoing,
    watch?: (sent: Promise<RelayedResponse>) => void
  ): Promise<RelayedResponse> {
    const shared = this.#shared
    // Reads from before and after a purge share nothing.
    const sharedKey = `${this.#options.cache?.generation}\n${key}`
    const outgoing = prepare()
    const underWay = shared?.join(sharedKey)
    if (underWay) {
      outgoing.observer.onJoined()
      const response = await underWay.join(outgoing)
      return response ? withRelayedHeaders(response) : send(new Relay(prepare()))
    }
    const sent = watch && Promise.withResolvers<RelayedResponse>()
    const relay = new Relay(outgoing, (outcome) => {
      shared?.remove(sharedKey, relay)
      if (outcome instanceof Error) sent?.reject(outcome)
      else sent?.resolve(withRelayedHeaders(outcome))
    })
    shared?.add(sharedKey, relay)
    if (sent) watch(sent.promise)
    return send(relay)
  }
}

/** The methods that change nothing. */
const READING = new Set(['GET', 'HEAD', 'OPTIONS'])

async function send(relay: Relay): Promise<RelayedResponse> {
  return withRelayedHeaders(await relay.send())
}

function withRelayedHeaders(response: RelayedResponse): RelayedResponse {
  return { ...response, headers: relayedResponseHeaders(response.headers) }
}
