import type { IncomingHttpHeaders } from 'node:http'

/** The place of a request in a trace: https://www.w3.org/TR/trace-context/ */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** 16 hexadecimal digits: the span that made the request. */
  readonly spanId: string
  /** Of the bits, 1 means that the trace is recorded. */
  readonly flags: number
  /** `tracestate`, for the vendors on the way. */
  readonly state?: string | undefined
}

const VERSION_0 = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/
/** A later version may have more to say, after what is known of it, but not in a second header; `ff` is no version. */
const LATER_VERSION = /^(?!00|ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-[^,]*)?$/
const NOTHING = /^0+$/

const STATE_MEMBERS = 32
/** Characters. */
const STATE_LENGTH = 512
/** A vendor's member: `key=value` or `tenant@system=value`. */
const STATE_MEMBER =
  /^(?:[a-z][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/

/** The trace context in a request's headers, if it is well-formed; a malformed `tracestate` is ignored. */
export function parseTraceContext({ traceparent, tracestate }: IncomingHttpHeaders): TraceContext | undefined {
  if (typeof traceparent !== 'string') return
  const [, traceId, spanId, flags] = VERSION_0.exec(traceparent) ?? LATER_VERSION.exec(traceparent) ?? []
  if (!traceId || !spanId || !flags || NOTHING.test(traceId) || NOTHING.test(spanId)) return
  // Of the flags, those that this version knows: recorded, and random.
  return { traceId, spanId, flags: Number.parseInt(flags, 16) & 3, state: parseState(tracestate) }
}

/** The headers that propagate a trace context. */
export function traceHeaders({ traceId, spanId, flags, state }: TraceContext): Record<string, string> {
  const traceparent = `00-${traceId}-${spanId}-0${flags}`
  return state ? { traceparent, tracestate: state } : { traceparent }
}

function parseState(tracestate: unknown): string | undefined {
  if (typeof tracestate !== 'string' || tracestate.length > STATE_LENGTH) return
  // Empty members are allowed.
  const members = tracestate.split(',').flatMap((member) => member.trim() || [])
  const keys = new Set(members.map((member) => member.split('=', 1)[0]))
  const isWellFormed = members.every((member) => STATE_MEMBER.test(member)) && keys.size === members.length
  return isWellFormed && members.length <= STATE_MEMBERS ? members.join(',') || undefined : undefined
}
