import type { SupabaseResponse } from './response.ts'

/** Watches one request to Supabase for the one who made it. */
export interface RequestObserver {
  /** Sent along with the request, by lower-case name; for instance `traceparent`. */
  readonly headers: Readonly<Record<string, string>>
  /** The request has joined an identical one that is under way: `headers` are not sent. Called before the others, if so. */
  onJoined(): void
  /** The request is on its way: the wait for a connection is over. Called at most once. */
  onSent(): void
  /** The answer has been read, or there is none. Called once. */
  onEnd(outcome: SupabaseResponse | Error): void
}

/**
 * Makes the observer of a request; `context` is what the request is made for, as its maker has said, and `path` is without
 * its query.
 */
export type Observe = (context: object | undefined, method: string, path: string) => RequestObserver
