import { Buffer } from 'node:buffer'
import { performance } from 'node:perf_hooks'
import { Readable } from 'node:stream'
import { LRUCache } from 'lru-cache'
import type { ResponseHeaders } from '../pool/dispatch.ts'
import { PoolError } from '../pool/errors.ts'
import { SupabaseError } from './errors.ts'

/** A response that has been read to its end. */
export interface CachedResponse {
  readonly status: number
  /** By lower-case name. */
  readonly headers: ResponseHeaders
  readonly body: Buffer
}

/** A response of Supabase's, whose body may be a stream. */
interface Response {
  readonly status: number
  readonly headers: ResponseHeaders
  readonly body: unknown
}

/** Fresh, or older than `maxAge`. */
export type CacheState = 'fresh' | 'stale'

/** All times are milliseconds. */
export interface ResponseCacheOptions {
  /** How long a response is fresh. For as long again it is served while it is being refreshed. */
  maxAge: number
  /** How long after it was fresh it is served when Supabase fails. */
  staleIfError: number
  /** Of all responses together, with their keys. */
  maxBytes: number
  /** How many responses are refreshed at a time. */
  maxRefreshes: number
  /** How long a failure of Supabase counts if nobody asks again: longer than a request may take. */
  failureTtl: number
  /** Called with what a read is made for when its response comes from the cache, and is that old. */
  onHit: (context: object, state: CacheState, age: number) => void
  /** Called when Supabase begins to fail, and when it responds again. */
  onOutage: (isOver: boolean) => void
  now?: () => number
}

interface Entry extends CachedResponse {
  /** When the request was sent: what the response says may be that old. */
  readonly date: number
  /** That of the cache then. */
  readonly generation: number
  refreshing: boolean
}

const MAX_BODY_BYTES = 1024 * 1024
/** More than an entry takes beside its texts and its body: 530 bytes of heap, as measured with PostgREST's headers. */
const ENTRY_BYTES = 1024
/** How often Supabase is asked again while it fails. */
const RETRY_INTERVAL_MS = 1_000

/**
 * Responses to reads that everybody may see, the least recently used of which make room for others. After RFC 9111 and
 * RFC 5861: a response is served while it is fresh; then while it is being refreshed; and when Supabase fails.
 */
export class ResponseCache {
  readonly hits: Record<CacheState, number> = { fresh: 0, stale: 0 }
  misses = 0
  readonly #options: Required<ResponseCacheOptions>
  readonly #entries: LRUCache<string, Entry>
  readonly #closing = new AbortController()
  /** Differs after each write: what was asked for before may be older than that. */
  #generation = 0
  #refreshes = 0
  #failedAt = Number.NEGATIVE_INFINITY
  #retryAt = 0

  constructor(options: ResponseCacheOptions) {
    this.#options = { now: () => performance.now(), ...options }
    this.#entries = new LRUCache({ maxSize: options.maxBytes, sizeCalculation: measure })
  }

  /** Bytes of all responses now. */
  get bytes(): number {
    return this.#entries.calculatedSize
  }

  get maxBytes(): number {
    return this.#options.maxBytes
  }

  /** Another one after each write and each purge. */
  get generation(): number {
    return this.#generation
  }

  /**
   * The response to the read with this key, which is everything that tells one read from another. `fetch` asks Supabase and
   * has `watchRead` see it: for the caller or, if it is given a signal, for nobody, until that is aborted.
   */
  async read<T extends Response>(
    key: string,
    context: object,
    fetch: (background?: AbortSignal) => Promise<T>
  ): Promise<T | CachedResponse> {
    const { maxAge } = this.#options
    const entry = this.#find(key)
    // After a write that may have taken effect, what is kept is as good as what is too old.
    const isCurrent = entry?.generation === this.#generation
    const age = entry && isCurrent ? this.#options.now() - entry.date : Number.POSITIVE_INFINITY
    if (entry && age < maxAge) return this.#serve(entry, 'fresh', context)
    if (entry && (age < 2 * maxAge || this.#isFailing)) {
      this.#refresh(entry, fetch)
      return this.#serve(entry, 'stale', context)
    }
    try {
      const response = await fetch()
      const stale = isFailure(response.status) && this.#serveStale(key, context)
      if (stale) {
        discard(response)
        return stale
      }
      this.misses++
      return response
    } catch (error) {
      const hasFailed = isUpstreamError(error)
      const stale = hasFailed && this.#serveStale(key, context)
      if (stale) return stale
      // Where no caller waits for long enough, nobody would see that Supabase fails.
      if (entry && !hasFailed) this.#refresh(entry, fetch)
      this.misses++
      throw error
    }
  }

  /**
   * Keeps the response to a read, if it may be kept and `isValid`. A failure leaves what is kept as it is, any other response
   * ends that. `sent` is the request itself: its first caller may leave before others who share it.
   */
  async watchRead<T extends Response>(
    key: string,
    sent: Promise<T>,
    isValid: (response: T) => boolean = () => true
  ): Promise<void> {
    const generation = this.#generation
    const date = this.#options.now()
    try {
      const response = await sent
      if (isOutage(response)) this.#fail()
      else if (!isFailure(response.status)) {
        this.#recover()
        const body = isStorable(response) && isValid(response) ? copy(response.body) : undefined
        // Where reads share no requests, one that was sent later may have ended before.
        const isOlder = date < (this.#entries.peek(key)?.date ?? date)
        if (!body) this.#entries.delete(key)
        else if (generation === this.#generation && !isOlder) {
          const { status, headers } = response
          this.#entries.set(key, { status, headers, body, date, generation, refreshing: false })
        }
      }
    } catch (error) {
      if (isUpstreamError(error) && !NO_OUTAGE.has(error.code)) this.#fail()
    }
  }

  /**
   * Drops everything once a write has ended, and gives its response. After one that has failed, which may have taken effect all
   * the same, what is kept is served only where a read fails too; one that has never been sent changes nothing.
   */
  async watchWrite<T extends Response>(sent: Promise<T>): Promise<T> {
    try {
      const response = await sent
      if (response.status < 400) this.clear()
      else this.#generation++
      return response
    } catch (error) {
      if (!(error instanceof PoolError)) this.#generation++
      throw error
    }
  }

  /** Drops everything, also what is being read. */
  clear(): void {
    this.#generation++
    this.#entries.clear()
  }

  /** Ends the refreshes under way and begins no more. */
  close(): void {
    this.#closing.abort(new Error('The cache is closed'))
  }

  #find(key: string): Entry | undefined {
    const { now, maxAge, staleIfError } = this.#options
    const entry = this.#entries.get(key)
    return entry && now() - entry.date < maxAge + Math.max(maxAge, staleIfError) ? entry : undefined
  }

  #serve(entry: Entry, state: CacheState, context: object): CachedResponse {
    this.hits[state]++
    this.#options.onHit(context, state, this.#options.now() - entry.date)
    return entry
  }

  /** After a failure: a write may have dropped it meanwhile. */
  #serveStale(key: string, context: object): CachedResponse | undefined {
    const entry = this.#find(key)
    return entry && this.#serve(entry, 'stale', context)
  }

  get #isFailing(): boolean {
    return this.#options.now() - this.#failedAt < this.#options.failureTtl
  }

  /** Whether no response has come since a failure, however long ago that was. */
  get #hasFailed(): boolean {
    return this.#failedAt !== Number.NEGATIVE_INFINITY
  }

  #fail(): void {
    if (!this.#hasFailed) this.#options.onOutage(false)
    this.#failedAt = this.#options.now()
  }

  #recover(): void {
    if (this.#hasFailed) this.#options.onOutage(true)
    this.#failedAt = Number.NEGATIVE_INFINITY
  }

  #refresh(entry: Entry, fetch: (background: AbortSignal) => Promise<Response>): void {
    if (entry.refreshing || this.#closing.signal.aborted || !this.#mayRefresh()) return
    entry.refreshing = true
    this.#refreshes++
    const end = () => {
      entry.refreshing = false
      this.#refreshes--
    }
    // Its outcome is seen by `watchRead`.
    fetch(this.#closing.signal).then(discard).then(end, end)
  }

  /** While Supabase fails there is one refresh in an interval, to see whether it is back. */
  #mayRefresh(): boolean {
    if (this.#refreshes >= this.#options.maxRefreshes) return false
    if (!this.#isFailing) return true
    const now = this.#options.now()
    if (now < this.#retryAt) return false
    this.#retryAt = now + RETRY_INTERVAL_MS
    return true
  }
}

function measure({ headers, body }: Entry, key: string): number {
  let bytes = ENTRY_BYTES + key.length + body.length
  for (const name in headers) bytes += name.length + String(headers[name]).length
  return bytes
}

/**
 * Whether it is rows, as PostgREST says, and of no great size. Whoever has given it a `Cache-Control` knows better than the
 * settings, and one that varies by everything fits no other request.
 */
function isStorable(response: Response): response is CachedResponse {
  const { status, headers, body } = response
  return (
    (status === 200 || status === 206) &&
    headers['content-range'] !== undefined &&
    headers['cache-control'] === undefined &&
    !String(headers.vary).includes('*') &&
    Buffer.isBuffer(body) &&
    body.length <= MAX_BODY_BYTES
  )
}

/** A stream that nobody reads would hold a connection, and its failure would be nobody's. */
function discard({ body }: Response): void {
  if (body instanceof Readable) body.destroy()
}

/** In memory of its own: a buffer may be a small part of one that would be kept with it. */
function copy(body: Buffer): Buffer {
  const own = Buffer.allocUnsafeSlow(body.length)
  body.copy(own)
  return own
}

/** Whether a response is no answer to the question: Supabase fails, or has too much to do. */
function isFailure(status: number): boolean {
  return status >= 500 || status === 429 || status === 408
}

/** How PostgREST writes an SQLSTATE `PT503`, by which functions raise a status of their own. */
const RAISED = '"code":"PT'

/** Whether it is so for other questions too: 500 is one query's, for instance by its time-out, and so is what it raises. */
function isOutage({ status, body }: Response): boolean {
  return isFailure(status) && status !== 500 && !(Buffer.isBuffer(body) && body.includes(RAISED))
}

/** Errors that are none: a response that cannot be read is Supabase's all the same, and the pool closes with the service. */
const NO_OUTAGE: ReadonlySet<string> = new Set(['UPSTREAM_INVALID_ANSWER', 'POOL_CLOSED'])

function isUpstreamError(error: unknown): error is PoolError | SupabaseError {
  return error instanceof PoolError || error instanceof SupabaseError
}
