import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { DurationHistogram } from '../pool/duration-histogram.ts'
import { POOL_ERROR_CODES } from '../pool/errors.ts'
import type { PoolDurations, PoolStats } from '../pool/statistics.ts'
import { SUPABASE_ERRORS } from '../supabase/errors.ts'
import { createHistogramMetric, type Series } from './histogram-metric.ts'

/** What the metrics are collected from when they are scraped. */
export interface MetricSources {
  version: string
  pool: { stats(): PoolStats; readonly durations: PoolDurations }
  /** Bytes of responses in memory, and those that may be. */
  responseMemory: { readonly used: number; readonly limit: number }
  /** What the cache of responses has done since the start and holds now, if there is one. */
  responseCache:
    | {
        readonly hits: { readonly fresh: number; readonly stale: number }
        readonly misses: number
        readonly bytes: number
        readonly maxBytes: number
      }
    | undefined
  /** Lines that the log has dropped since the start. */
  droppedLines(): number
}

/** Methods that have a series of their own; callers may send any other. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
const OTHER = 'OTHER'

/** The codes of failed requests that are told apart. */
const FAILURE_CODES: readonly string[] = [...POOL_ERROR_CODES, ...Object.keys(SUPABASE_ERRORS)]

const NO_CACHE = { hits: { fresh: 0, stale: 0 }, misses: 0, bytes: 0, maxBytes: 0 }

/** How often the event loop's delay is sampled. */
const EVENT_LOOP_PRECISION_MS = 20

/** Gauges of prom-client's that are named like counters, which `promtool check metrics` reports. */
const MISNAMED_GAUGES = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total']

/** The service's metrics in Prometheus' format. Every label has few values, whatever callers send. */
export class Metrics {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE
  readonly #registry = new Registry()
  /** By route, method and status. */
  readonly #requests = new Map<string, Map<string, Map<number, DurationHistogram>>>()
  /** By the first digit of the status; undefined if there was no response. */
  readonly #upstream = new Map<number | undefined, DurationHistogram>()
  readonly #failures: Counter
  readonly #coalesced: Counter
  readonly #refusedConnections: Counter
  readonly #knownCodes = new Set(FAILURE_CODES)
  readonly #sources: MetricSources
  #inProgress = 0
  #stats: PoolStats

  constructor(sources: MetricSources) {
    this.#sources = sources
    this.#stats = sources.pool.stats()
    const registry = this.#registry
    this.#histogram(
      'cryoprotect_http_request_duration_seconds',
      'Duration of requests, by method, route and status; 499: the client disconnected first',
      () => this.#listRequests()
    )
    this.#gauge('cryoprotect_http_requests_in_progress', 'Requests in progress now', () => this.#inProgress)
    this.#refusedConnections = new Counter({
      name: 'cryoprotect_http_connections_refused_total',
      help: 'Connections of clients closed at once because there were no file descriptors for more',
      registers: [registry]
    })
    this.#histogram(
      'cryoprotect_upstream_request_duration_seconds',
      'Duration of requests to Supabase without the wait for a connection, by class of status; none: no response',
      () => this.#listUpstream()
    )
    this.#failures = new Counter({
      name: 'cryoprotect_upstream_failures_total',
      help: 'Requests that failed because of Supabase, the pool or the permissions of the user, by code',
      labelNames: ['code'],
      registers: [registry]
    })
    for (const code of [...FAILURE_CODES, OTHER]) this.#failures.inc({ code }, 0)
    this.#coalesced = new Counter({
      name: 'cryoprotect_upstream_coalesced_total',
      help: 'Reads that joined an identical one under way',
      registers: [registry]
    })
    const { responseMemory } = sources
    this.#gauge('cryoprotect_response_memory_bytes', 'Bytes of large responses in memory', () => responseMemory.used)
    this.#gauge(
      'cryoprotect_response_memory_limit_bytes',
      'Bytes of large responses that may be in memory',
      () => responseMemory.limit
    )
    this.#showCache()
    this.#counter('cryoprotect_log_lines_dropped_total', 'Log lines dropped because the output did not take them', () =>
      sources.droppedLines()
    )
    this.#showPool()
    this.#gauge('cryoprotect_build_info', 'The version of the service and of Node', () => 1, {
      version: sources.version,
      node_version: process.version
    })
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS })
    for (const name of MISNAMED_GAUGES) registry.removeSingleMetric(name)
  }

  /** All metrics in Prometheus' text format. */
  exposition(): Promise<string> {
    this.#stats = this.#sources.pool.stats()
    return this.#registry.metrics()
  }

  requestStarted(): void {
    this.#inProgress++
  }

  /** Counts a connection of a client that was closed at once. */
  connectionRefused(): void {
    this.#refusedConnections.inc()
  }

  /** Records the end of a request. `route` is the pattern that it matched; `duration` is milliseconds. */
  requestEnded(method: string, route: string, status: number, duration: number): void {
    this.#inProgress--
    const known = METHODS.has(method) ? method : OTHER
    const byMethod = getOrAdd(this.#requests, route, () => new Map())
    const byStatus = getOrAdd(byMethod, known, () => new Map())
    getOrAdd(byStatus, status, () => new DurationHistogram()).record(duration)
  }

  /** Records a request to Supabase; without a `status` there was no response. `duration` is milliseconds. */
  upstreamEnded(status: number | undefined, duration: number): void {
    getOrAdd(this.#upstream, status && Math.floor(status / 100), () => new DurationHistogram()).record(duration)
  }

  /** Counts a read that joined an identical one under way. */
  readCoalesced(): void {
    this.#coalesced.inc()
  }

  /** Counts a request that failed with an error of Supabase or of the pool. */
  failed(code: string): void {
    this.#failures.inc({ code: this.#knownCodes.has(code) ? code : OTHER })
  }

  *#listRequests(): Iterable<Series> {
    for (const [route, byMethod] of this.#requests) {
      for (const [method, byStatus] of byMethod) {
        for (const [status, durations] of byStatus) yield { labels: { method, route, status }, durations }
      }
    }
  }

  *#listUpstream(): Iterable<Series> {
    for (const [digit, durations] of this.#upstream) {
      yield { labels: { status: digit === undefined ? 'none' : `${digit}xx` }, durations }
    }
  }

  #showCache(): void {
    const { responseCache: cache = NO_CACHE } = this.#sources
    this.#counters('cryoprotect_cache_hits_total', 'Reads that the cache had a response to', 'state', () => ({
      ...cache.hits
    }))
    this.#counter('cryoprotect_cache_misses_total', 'Reads that the cache had no response to', () => cache.misses)
    this.#gauge('cryoprotect_cache_bytes', 'Bytes of responses in the cache', () => cache.bytes)
    this.#gauge('cryoprotect_cache_limit_bytes', 'Bytes of responses that may be in the cache', () => cache.maxBytes)
  }

  #showPool(): void {
    const { pool } = this.#sources
    this.#gauges('cryoprotect_pool_connections', 'Connections open now', 'state', () => ({
      idle: this.#stats.pool_size,
      in_use: this.#stats.in_use
    }))
    this.#gauge('cryoprotect_pool_connections_min', 'DB_POOL_MIN_SIZE', () => this.#stats.min_size)
    this.#gauge('cryoprotect_pool_connections_max', 'DB_POOL_MAX_SIZE', () => this.#stats.max_size)
    this.#gauge('cryoprotect_pool_waiting', 'Callers waiting for a connection now', () => this.#stats.waiting)
    this.#counter('cryoprotect_pool_connections_created_total', 'Connections opened', () => this.#stats.created)
    this.#counter(
      'cryoprotect_pool_connections_reused_total',
      'Times that a connection was acquired that was open already',
      () => this.#stats.reused
    )
    this.#counters('cryoprotect_pool_connections_retired_total', 'Connections retired, by reason', 'reason', () => ({
      ...this.#stats.retired
    }))
    this.#counters('cryoprotect_pool_failures_total', 'Failures to acquire a connection', 'kind', () => {
      const { errors, timeouts, rejected } = this.#stats
      return { connect: errors - timeouts - rejected, timeout: timeouts, rejected }
    })
    this.#histogram(
      'cryoprotect_pool_wait_duration_seconds',
      'How long callers waited for a connection that had to wait and got one',
      () => [{ labels: {}, durations: pool.durations.wait }]
    )
    this.#histogram('cryoprotect_pool_hold_duration_seconds', 'How long connections were leased', () => [
      { labels: {}, durations: pool.durations.hold }
    ])
  }

  #histogram(name: string, help: string, all: () => Iterable<Series>): void {
    this.#registry.registerMetric(createHistogramMetric(name, help, all))
  }

  #gauge(name: string, help: string, value: () => number, labels: Record<string, string> = {}): void {
    const registers = [this.#registry]
    const collect = () => gauge.set(labels, value())
    const gauge: Gauge = new Gauge({ name, help, labelNames: Object.keys(labels), registers, collect })
  }

  #gauges(name: string, help: string, label: string, values: () => Record<string, number>): void {
    const registers = [this.#registry]
    const collect = () => {
      for (const [key, value] of Object.entries(values())) gauge.set({ [label]: key }, value)
    }
    const gauge = new Gauge({ name, help, labelNames: [label], registers, collect })
  }

  #counter(name: string, help: string, total: () => number): void {
    const collect = () => {
      counter.reset()
      counter.inc(total())
    }
    const counter = new Counter({ name, help, registers: [this.#registry], collect })
  }

  #counters(name: string, help: string, label: string, totals: () => Record<string, number>): void {
    const collect = () => {
      counter.reset()
      for (const [key, total] of Object.entries(totals())) counter.inc({ [label]: key }, total)
    }
    const counter = new Counter({ name, help, labelNames: [label], registers: [this.#registry], collect })
  }
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  let value = map.get(key)
  if (value === undefined) {
    value = create()
    map.set(key, value)
  }
  return value
}
