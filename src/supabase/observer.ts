/** Observes one request to Supabase for its caller. */
export interface RequestObserver {
  /** Sent with the request, by lower-case name; for instance `traceparent`. */
  readonly headers: Readonly<Record<string, string>>
  /** The request has joined an identical one that is under way: `headers` are not sent. Called before the others. */
  onJoined(): void
  /** The request is being sent: the wait for a connection is over. Called once at most. */
  onSent(): void
  /** The response has been read, whatever its status; without one the request has failed, for this reason. Called once. */
  onEnd(status: number | undefined, reason?: unknown): void
}

/** Creates the observer of a request; `context` is what its caller made it for, and `path` has no query. */
export type Observe = (context: object | undefined, method: string, path: string) => RequestObserver
