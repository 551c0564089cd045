import { performance } from 'node:perf_hooks'
import type { CacheState } from '../supabase/response-cache.ts'
import type { TraceContext } from './trace-context.ts'
import type { RequestSpan } from './tracing.ts'

/** What is recorded of a request in progress, for its log line, its metrics and its trace. */
export class RequestRecord {
  readonly id: string
  /** The caller's trace context, if the caller traces. */
  readonly trace: TraceContext | undefined
  /** Its own span, if the service traces. */
  readonly span: RequestSpan | undefined
  /** Of `performance.now()`. */
  readonly startedAt = performance.now()
  /** How long it has waited for connections, in milliseconds. */
  wait = 0
  /** How long Supabase has taken, in milliseconds; what was asked at the same time is added up. */
  upstream = 0
  /** Whether the cache has served it; `stale` if any of the responses that it needed was. */
  cache: CacheState | undefined
  /** The age of the oldest response that the cache has served it, in whole seconds. */
  age: number | undefined
  /** What of the Data API it asks for through the gateway. */
  table: string | undefined
  /** What it failed with. */
  failure: unknown

  constructor(id: string, trace?: TraceContext, span?: RequestSpan) {
    this.id = id
    this.trace = trace
    this.span = span
  }

  /** The cache has a response, of this age in milliseconds. */
  recordCacheHit(state: CacheState, age: number): void {
    if (this.cache !== 'stale') this.cache = state
    this.age = Math.max(Math.floor(age / 1000), this.age ?? 0)
  }
}
