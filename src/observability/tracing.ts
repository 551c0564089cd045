import { performance } from 'node:perf_hooks'
// Loaded only when traces are wanted.
import {
  type Attributes,
  type Context,
  createTraceState,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import {
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector
} from '@opentelemetry/resources'
import { BatchSpanProcessor, RandomIdGenerator, TracerProvider } from '@opentelemetry/sdk-trace'
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_VERSION,
  ATTR_URL_FULL,
  ATTR_URL_SCHEME
} from '@opentelemetry/semantic-conventions'
import { toDataApiPath } from '../supabase/target.ts'
import { ReportingExporter } from './reporting-exporter.ts'
import { createSampler } from './sampler.ts'
import type { TraceContext } from './trace-context.ts'

export interface TracingOptions {
  name: string
  version: string
  /** The project's URL. */
  upstream: string
  log: { info(message: string): void; warn(details: object | string, message?: string): void }
}

/** A shorter wait for a connection is none: one was idle. */
const MIN_WAIT_MS = 1

/**
 * The service's traces, sent by OTLP. Where to, which ones and by what name is read by OpenTelemetry's own packages, and
 * here as they read it, from `process.env`: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export class Tracing {
  readonly #provider: TracerProvider
  readonly #tracer: Tracer
  readonly #ids = new PlannedIds()
  readonly #upstream: Upstream

  constructor({ name, version, upstream, log }: TracingOptions) {
    const own = resourceFromAttributes({ [ATTR_SERVICE_NAME]: name, [ATTR_SERVICE_VERSION]: version })
    const detectors = [resourceAttributesEnvDetector, serviceNameEnvDetector]
    this.#provider = new TracerProvider({
      resource: defaultResource().merge(own).merge(detectResources({ detectors })),
      sampler: createSampler(process.env.OTEL_TRACES_SAMPLER, process.env.OTEL_TRACES_SAMPLER_ARG, log),
      idGenerator: this.#ids,
      spanProcessors: [new BatchSpanProcessor({ exporter: new ReportingExporter(new OTLPTraceExporter(), log) })]
    })
    this.#tracer = this.#provider.getTracer(name, version)
    this.#upstream = parseUpstream(upstream)
  }

  /** Begins the span of a request; `route` is the pattern that it matches, if it matches one. */
  startRequest(method: string, route: string | undefined, caller: TraceContext | undefined): RequestSpan {
    const attributes: Attributes = { [ATTR_HTTP_REQUEST_METHOD]: method, [ATTR_URL_SCHEME]: 'http' }
    if (route) attributes[ATTR_HTTP_ROUTE] = route
    const name = route ? `${method} ${route}` : method
    const span = this.#tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, toContext(caller))
    return new RequestSpan(span, this.#tracer, this.#ids, this.#upstream)
  }

  /** Sends what has ended; rejects when that fails. */
  flush(): Promise<void> {
    return this.#provider.forceFlush()
  }

  /** Sends what has not been sent and ends; gives up after `timeout` milliseconds. */
  async close(timeout: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeout)
    })
    // A failure has been reported.
    await Promise.race([this.#provider.shutdown().catch(() => {}), late])
    clearTimeout(timer)
  }
}

/** The span of a request to the service. */
export class RequestSpan {
  readonly traceId: string
  readonly #span: Span
  readonly #tracer: Tracer
  readonly #ids: PlannedIds
  readonly #upstream: Upstream

  constructor(span: Span, tracer: Tracer, ids: PlannedIds, upstream: Upstream) {
    this.traceId = span.spanContext().traceId
    this.#span = span
    this.#tracer = tracer
    this.#ids = ids
    this.#upstream = upstream
  }

  startCall(method: string, path: string): CallSpan {
    return new CallSpan(this.#span, this.#tracer, this.#ids, { method, path, upstream: this.#upstream })
  }

  end(status: number): void {
    if (this.#span.isRecording()) this.#span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, status)
    if (status >= 500) fail(this.#span, String(status))
    this.#span.end()
  }
}

/** The spans of a request to Supabase: the wait for a connection, if there was one, and what came after it. */
export class CallSpan {
  /** Where the request to Supabase stands in the trace. */
  readonly context: TraceContext
  readonly #tracer: Tracer
  readonly #ids: PlannedIds
  readonly #call: Call
  readonly #parent: Context
  #span: Span | undefined

  constructor(parent: Span, tracer: Tracer, ids: PlannedIds, call: Call) {
    const { traceId, traceFlags: flags, traceState } = parent.spanContext()
    // Sent along before the span begins.
    this.context = { traceId, spanId: ids.generateSpanId(), flags, state: traceState?.serialize() }
    this.#tracer = tracer
    this.#ids = ids
    this.#call = call
    this.#parent = trace.setSpan(ROOT_CONTEXT, parent)
  }

  /** It has a connection, after so many milliseconds; `joined`: it shares the request and the response of another. */
  sent(wait: number, joined: boolean): void {
    this.#waited(wait)?.end(performance.now())
    const { method, path, upstream } = this.#call
    this.#ids.plan(this.context.spanId)
    this.#span = this.#tracer.startSpan(
      `${method} ${upstream.path}${path}`,
      {
        kind: SpanKind.CLIENT,
        attributes: {
          [ATTR_HTTP_REQUEST_METHOD]: method,
          [ATTR_SERVER_ADDRESS]: upstream.address,
          [ATTR_SERVER_PORT]: upstream.port,
          // Without the query, which holds what callers ask for.
          [ATTR_URL_FULL]: `${upstream.origin}${upstream.path}${path}`,
          ...(joined && { 'cryoprotect.coalesced': true })
        }
      },
      this.#parent
    )
  }

  /** It has ended, so many milliseconds after it began, with the status of a response or for a reason. */
  end(duration: number, status: number | undefined, reason: unknown): void {
    const span = this.#span ?? this.#waited(duration)
    if (!span) return
    if (status === undefined) {
      fail(span, errorType(reason))
    } else {
      span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, status)
      if (status >= 300) fail(span, String(status))
    }
    span.end(performance.now())
  }

  #waited(duration: number): Span | undefined {
    if (duration < MIN_WAIT_MS) return
    return this.#tracer.startSpan('wait for connection', { startTime: performance.now() - duration }, this.#parent)
  }
}

interface Upstream {
  readonly origin: string
  readonly address: string
  readonly port: number
  /** Of the Data API. */
  readonly path: string
}

interface Call {
  readonly method: string
  readonly path: string
  readonly upstream: Upstream
}

function parseUpstream(url: string): Upstream {
  const { origin, hostname, port, protocol } = new URL(url)
  const standard = protocol === 'https:' ? 443 : 80
  return {
    origin,
    address: hostname,
    port: Number(port) || standard,
    path: toDataApiPath(url)
  }
}

function toContext(caller: TraceContext | undefined): Context {
  if (!caller) return ROOT_CONTEXT
  const { traceId, spanId, flags, state } = caller
  const traceState = state ? { traceState: createTraceState(state) } : {}
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: flags, isRemote: true, ...traceState })
}

/** A message may say too much; a kind does not. */
function fail(span: Span, type: string): void {
  span.setAttribute(ATTR_ERROR_TYPE, type)
  span.setStatus({ code: SpanStatusCode.ERROR })
}

/** A signal may be aborted for a reason that is no error. */
function errorType(reason: unknown): string {
  const { name, code }: { name?: unknown; code?: unknown } = Object(reason)
  return String(typeof code === 'string' ? code : (name ?? 'Error'))
}

/** Random ids, of which the next span's can be known in advance. */
class PlannedIds extends RandomIdGenerator {
  #planned: string | undefined

  plan(spanId: string): void {
    this.#planned = spanId
  }

  override generateSpanId(): string {
    const planned = this.#planned
    this.#planned = undefined
    return planned ?? super.generateSpanId()
  }
}
