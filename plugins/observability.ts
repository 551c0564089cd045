import { performance } from 'node:perf_hooks'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { RequestRecord } from '../src/observability/request-record.ts'
import { parseTraceContext } from '../src/observability/trace-context.ts'
import { UpstreamCall } from '../src/observability/upstream-call.ts'
import { PoolError } from '../src/pool/errors.ts'
import { SupabaseError } from '../src/supabase/errors.ts'
import type { Observe } from '../src/supabase/observer.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Observes a request that Fastify responds to before any hook. */
    observeRequest(request: FastifyRequest, reply: FastifyReply): void
    /** Observes a request to Supabase; its `context` is the request that it is made for. */
    observeUpstream: Observe
  }
  interface FastifyRequest {
    /** What log, metrics and trace say of this request. */
    record: RequestRecord
  }
}

/** The route of requests that match none. */
const NO_ROUTE = 'none'
/** The status of a request whose client disconnected before the response: nginx's, for want of a standard one. */
const CLIENT_DISCONNECTED = 499

/** Observes every request from its arrival to its end, and then writes its log line, its metrics and its trace. */
export default fp(
  async (app) => {
    const { metrics, tracing } = app

    const finish = (request: FastifyRequest, reply: FastifyReply, route: string) => {
      const { record, raw, log } = request
      const { headersSent, writableFinished } = reply.raw
      const status = headersSent ? reply.raw.statusCode : CLIENT_DISCONNECTED
      const method = raw.method as string
      const duration = performance.now() - record.startedAt
      metrics.requestEnded(method, route, status, duration)
      record.span?.end(status)
      const line = {
        method,
        route,
        table: record.table,
        status,
        duration_ms: round(duration),
        wait_ms: round(record.wait),
        upstream_ms: round(record.upstream),
        cache: record.cache,
        query: pickNumbers(request.query),
        trace_id: record.span?.traceId ?? record.trace?.traceId,
        client_left: writableFinished ? undefined : true
      }
      const message = `${method} ${route} ${status}`
      if (status < 500) {
        log.info(line, message)
        return
      }
      const failure = record.failure
      const reason = findReason(failure)
      const upstream = reason instanceof SupabaseError ? reason.upstream : undefined
      log.error({ ...line, err: failure, upstream }, message)
    }

    app.decorate('observeRequest', (request, reply) => {
      const { url, logLevel } = request.routeOptions
      const trace = parseTraceContext(request.headers)
      // What machines poll every few seconds is no more worth a trace than a line in the log.
      const span = logLevel === 'warn' ? undefined : tracing?.startRequest(request.method, url, trace)
      request.record = new RequestRecord(request.id, trace, span)
      metrics.requestStarted()
      // Not Fastify's onResponse hook, which is not called when the client disconnects.
      reply.raw.on('close', () => finish(request, reply, url ?? NO_ROUTE))
    })

    app.decorate<Observe>('observeUpstream', (context, method, path) => {
      const record = (context as Partial<FastifyRequest> | undefined)?.record
      return new UpstreamCall(metrics, record, method, path)
    })

    app.addHook('onRequest', (request, reply, done) => {
      app.observeRequest(request, reply)
      done()
    })

    app.addHook('onError', (request, _reply, error: Error, done) => {
      request.record.failure = error
      const reason = findReason(error)
      if (reason) metrics.failed(reason.code)
      done()
    })
  },
  { name: 'observability', dependencies: ['metrics', 'tracing'] }
)

/** The failure of the pool or of Supabase that an error is or comes from. Anything can be thrown. */
function findReason(error: unknown): PoolError | SupabaseError | undefined {
  const cause = (error as Error | null | undefined)?.cause
  return [cause, error].find((one) => one instanceof PoolError || one instanceof SupabaseError)
}

/** Milliseconds to a thousandth. */
function round(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000
}

/**
 * The parameters of a query that the route's schema has made numbers, for instance `limit`. Texts stay out of the log: they
 * are what callers look for, or secrets in the wrong place.
 */
function pickNumbers(query: unknown): Record<string, number> | undefined {
  let numbers: Record<string, number> | undefined
  for (const name in query as Record<string, unknown>) {
    const value = (query as Record<string, unknown>)[name]
    if (typeof value !== 'number') continue
    numbers ??= {}
    numbers[name] = value
  }
  return numbers
}
