import { performance } from 'node:perf_hooks'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Logger } from 'pino'
import { findReason } from '../src/observability/failure.ts'
import { logRequest } from '../src/observability/request-line.ts'
import { RequestRecord } from '../src/observability/request-record.ts'
import { parseTraceContext } from '../src/observability/trace-context.ts'
import { UpstreamCall } from '../src/observability/upstream-call.ts'
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
      const { record, raw } = request
      const log = request.log as Logger
      const { headersSent } = reply.raw
      const status = headersSent ? reply.raw.statusCode : CLIENT_DISCONNECTED
      const method = raw.method as string
      const duration = performance.now() - record.startedAt
      metrics.requestEnded(method, route, status, duration)
      record.span?.end(status)
      const clientDisconnected = !reply.raw.writableFinished
      logRequest(log, record, { method, route, status, duration, query: request.query, clientDisconnected })
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
