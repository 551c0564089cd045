import type { SupabaseResponse } from './response.ts'

/** Observes one request to Supabase for its caller. */
export interface RequestObserver {
  /** Sent with the request, by lower-case name; for instance `traceparent`. */
  readonly headers: Readonly<Record<string, string>>
  /** The request has joined an identical one that is under way: `headers` are not sent. Called before the others. */
  onJoined(): void
  /** The request is being sent: the wait for a connection is over. Called once at most. */
  onSent(): void
  /** The response has been read, or the request has failed. Called once. */
  onEnd(outcome: SupabaseResponse | Error): void
}

/** Creates the observer of a request; `context` is what its caller made it for, and `path` has no query. */
export type Observe = (context: object | undefined, method: string, path: string) => RequestObserver
