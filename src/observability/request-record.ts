import type { TraceContext } from './trace-context.ts'
import type { RequestSpan } from './tracing.ts'

/** What is noted of a request while it is under way, for its line in the log, its figures and its trace. */
export class RequestRecord {
  readonly id: string
  /** Where the caller has placed it, if the caller traces. */
  readonly trace: TraceContext | undefined
  /** Its own span, if the service traces. */
  readonly span: RequestSpan | undefined
  /** Of `performance.now()`. */
  readonly startedAt = performance.now()
  /** How long it has waited for connections, in milliseconds. */
  wait = 0
  /** How long Supabase has taken, in milliseconds; what was asked at the same time is added up. */
  upstream = 0
  /** What it failed with. */
  failure: unknown

  constructor(id: string, trace?: TraceContext, span?: RequestSpan) {
    this.id = id
    this.trace = trace
    this.span = span
  }
}
