import { performance } from 'node:perf_hooks'
import type { RequestObserver } from '../supabase/observer.ts'
import type { Metrics } from './metrics.ts'
import type { RequestRecord } from './request-record.ts'
import { traceHeaders } from './trace-context.ts'
import type { CallSpan } from './tracing.ts'

/** Observes a request to Supabase, for the record of the request that it is made for, if any. */
export class UpstreamCall implements RequestObserver {
  readonly headers: Readonly<Record<string, string>>
  readonly #metrics: Metrics
  readonly #record: RequestRecord | undefined
  readonly #span: CallSpan | undefined
  readonly #startedAt = performance.now()
  #sentAt: number | undefined
  #joined = false

  constructor(metrics: Metrics, record: RequestRecord | undefined, method: string, path: string) {
    this.#metrics = metrics
    this.#record = record
    this.#span = record?.span?.startCall(method, path)
    const trace = this.#span?.context ?? record?.trace
    this.headers = record ? { 'x-request-id': record.id, ...(trace && traceHeaders(trace)) } : {}
  }

  onJoined(): void {
    this.#joined = true
    this.#metrics.readCoalesced()
  }

  onSent(): void {
    this.#sentAt = performance.now()
    this.#span?.sent(this.#sentAt - this.#startedAt, this.#joined)
  }

  onEnd(status: number | undefined, reason?: unknown): void {
    const endedAt = performance.now()
    const sentAt = this.#sentAt ?? endedAt
    if (this.#record) {
      this.#record.wait += sentAt - this.#startedAt
      this.#record.upstream += endedAt - sentAt
    }
    // One that has joined another is not a request of its own.
    if (this.#sentAt !== undefined && !this.#joined) this.#metrics.upstreamEnded(status, endedAt - sentAt)
    this.#span?.end(endedAt - this.#startedAt, status, reason)
  }
}
