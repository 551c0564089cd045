import { type Logger, symbols } from 'pino'
import { SupabaseError } from '../supabase/errors.ts'
import { findReason } from './failure.ts'
import { describeError } from './logging.ts'
import type { RequestRecord } from './request-record.ts'

/** How a request ended. */
export interface RequestEnd {
  readonly method: string
  readonly route: string
  readonly status: number
  /** Milliseconds. */
  readonly duration: number
  /** As the route's schema has made it. */
  readonly query: unknown
  /** Whether the client disconnected before it had the response. */
  readonly clientDisconnected: boolean
}

/** A logger with its state, which pino gives to integrations: https://github.com/pinojs/pino/blob/v10.4.0/docs/api.md#pino-symbols */
interface LoggerWithSymbols extends Logger {
  /** The fields of all its lines, as JSON with a comma before each. */
  readonly [symbols.chindingsSym]: string
  readonly [symbols.streamSym]: { write(line: string): void }
  /** Never throws. */
  readonly [symbols.stringifySym]: (value: unknown) => string
}

/** pino's numbers. */
const levels = { info: 30, error: 50 }

/** Writes the log line of a request. pino, which finds out what each field is, would take 2 % of a request's CPU time more. */
export function logRequest(log: Logger, record: RequestRecord, end: RequestEnd): void {
  const { method, route, status, duration, query, clientDisconnected } = end
  const level = status < 500 ? 'info' : 'error'
  // A logger that is not pino's, as Fastify has without a log, has no such method.
  if (!log.isLevelEnabled?.(level)) return
  const { [symbols.chindingsSym]: bindings, [symbols.streamSym]: stream } = log as LoggerWithSymbols
  const { table, cache, span, trace, failure } = record
  const traceId = span?.traceId ?? trace?.traceId
  let line = `{"level":${levels[level]},"time":${Date.now()}${bindings},"method":"${method}"`
  line += `,"route":${JSON.stringify(route)}`
  if (table !== undefined) line += `,"table":${JSON.stringify(table)}`
  // Not as numbers: V8 keeps the text of each number that it has converted, which would take 2 % of a request's CPU time more.
  line += `,"status":${status},"duration_ms":${duration.toFixed(3)}`
  line += `,"wait_ms":${record.wait.toFixed(3)},"upstream_ms":${record.upstream.toFixed(3)}`
  if (cache) line += `,"cache":"${cache}"`
  line += formatNumbers(query)
  if (traceId) line += `,"trace_id":"${traceId}"`
  if (clientDisconnected) line += ',"client_left":true'
  if (level === 'error') line += formatFailure(log as LoggerWithSymbols, failure)
  stream.write(`${line},"msg":${JSON.stringify(`${method} ${route} ${status}`)}}\n`)
}

/** What the request failed with, and what Supabase said of it. */
function formatFailure(log: LoggerWithSymbols, failure: unknown): string {
  if (failure === undefined) return ''
  const err = `,"err":${log[symbols.stringifySym](describeError(failure))}`
  const reason = findReason(failure)
  const upstream = reason instanceof SupabaseError ? reason.upstream : undefined
  return upstream ? `${err},"upstream":${JSON.stringify(upstream)}` : err
}

/**
 * The parameters of a query that the route's schema has made numbers, for instance `limit`. Texts stay out of the log: they
 * are what callers look for, or secrets in the wrong place.
 */
function formatNumbers(query: unknown): string {
  let numbers = ''
  for (const name in query as Record<string, unknown>) {
    const value = (query as Record<string, unknown>)[name]
    if (typeof value !== 'number') continue
    // JSON has no infinity, which `1e999` is.
    numbers += `${numbers && ','}${JSON.stringify(name)}:${Number.isFinite(value) ? value : null}`
  }
  return numbers && `,"query":{${numbers}}`
}
