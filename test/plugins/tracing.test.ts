import { once } from 'node:events'
import { createServer } from 'node:net'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { startApp } from '../support/service/app.ts'
import { type Collector, type ReceivedSpan, startCollector } from '../support/service/collector.ts'
import { startService } from '../support/service/process.ts'
import { sendRows, startUpstream } from '../support/upstream/upstream.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const CALLER = 'b7ad6b7169203331'
const SERVER = 2
const CLIENT = 3
const INTERNAL = 1

const OTEL = [
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_RESOURCE_ATTRIBUTES',
  'OTEL_SERVICE_NAME',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_SAMPLER_ARG'
]

/** A service that sends its traces to a collector. */
async function start(
  t: Test,
  environment: Record<string, string> = {},
  respond?: Parameters<typeof startUpstream>[0],
  prepare?: (app: FastifyInstance) => void
) {
  const [upstream, collector] = await Promise.all([startUpstream(respond), startCollector()])
  t.teardown(() => Promise.all([upstream.close(), collector.close()]))
  for (const name of OTEL) delete process.env[name]
  const log = { lines: [] as string[] }
  const settings = { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }
  const app = await startApp(t, { ...settings, ...environment }, log, prepare)
  return { app, upstream, collector, log }
}

const findSpans = ({ spans }: Collector, kind: number) => spans.filter((span) => span.kind === kind) as [ReceivedSpan]

t.test("a request is a span below its caller's, and the request to Supabase is a span below that", async (t) => {
  const { app, upstream, collector, log } = await start(t, {
    OTEL_EXPORTER_OTLP_HEADERS: 'x-team=ice',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=lab'
  })
  const headers = { traceparent: `00-${TRACE}-${CALLER}-01`, tracestate: 'vendor=1' }
  await app.inject('/api/molecules?limit=1')
  await app.inject({ url: '/api/molecules?limit=1&name=private', headers })
  await app.close()
  const [server] = findSpans(collector, SERVER).filter(({ traceId }) => traceId === TRACE) as [ReceivedSpan]
  t.match(server, {
    parentSpanId: CALLER,
    traceState: 'vendor=1',
    name: 'GET /api/molecules',
    status: 0,
    attributes: {
      'http.request.method': 'GET',
      'http.route': '/api/molecules',
      'url.scheme': 'http',
      'http.response.status_code': 200
    },
    resource: { 'service.name': 'cryoprotect-api', 'service.version': /^\d/, 'deployment.environment.name': 'lab' }
  })
  const [client] = findSpans(collector, CLIENT).filter(({ traceId }) => traceId === TRACE) as [ReceivedSpan]
  const { hostname, port } = new URL(upstream.url)
  t.match(client, {
    parentSpanId: server.spanId,
    name: 'GET /rest/v1/molecules',
    attributes: {
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'server.address': hostname,
      'server.port': Number(port),
      'url.full': `${upstream.url}/rest/v1/molecules`
    }
  })
  t.match(upstream.requests.at(-1)?.headers, {
    traceparent: `00-${TRACE}-${client.spanId}-01`,
    tracestate: 'vendor=1'
  })
  // OpenTelemetry's clock tells the start of a span to a millisecond.
  const millisecond = 1_000_000n
  const isWithin = client.start + millisecond >= server.start && client.end <= server.end + millisecond
  t.ok(isWithin && client.end > client.start, 'one within the other')
  t.notMatch(Buffer.concat(collector.bodies).toString('latin1'), 'private', 'without what was asked for')
  t.ok(log.lines.some((line) => JSON.parse(line).trace_id === TRACE))
  t.match(collector.headers[0], { 'x-team': 'ice' })
})

t.test('a wait for a connection is a span of its own', async (t) => {
  const held = Promise.withResolvers<() => void>()
  const { app, collector } = await start(
    t,
    { DB_POOL_MIN_SIZE: '1', DB_POOL_MAX_SIZE: '1', DB_POOL_ACQUIRE_TIMEOUT: '0.1', COALESCE_READS: 'false' },
    (_request, response) => held.resolve(() => sendRows(response, []))
  )
  const first = app.inject('/api/molecules')
  const respond = await held.promise
  const second = app.inject({ url: '/api/molecules', headers: { traceparent: `00-${TRACE}-${CALLER}-01` } })
  t.equal((await second).statusCode, 503)
  respond()
  await first
  await app.close()
  const [server] = findSpans(collector, SERVER).filter(({ traceId }) => traceId === TRACE) as [ReceivedSpan]
  t.match(server, { status: 2, attributes: { 'error.type': '503' } })
  const [wait] = findSpans(collector, INTERNAL).filter(({ traceId }) => traceId === TRACE) as [ReceivedSpan]
  t.match(wait, {
    name: 'wait for connection',
    parentSpanId: server.spanId,
    status: 2,
    attributes: { 'error.type': 'POOL_TIMEOUT' }
  })
  t.ok(wait.end - wait.start >= 90_000_000n, 'as long as it took')
  t.strictSame(
    findSpans(collector, CLIENT).filter(({ traceId }) => traceId === TRACE),
    [],
    'nothing was sent'
  )
})

t.test('the span of a coalesced read says so, and that of a failure has its error code', async (t) => {
  const { app, collector } = await start(t, {}, (_request, response) => response.writeHead(500).end('secret internals'))
  await Promise.all([app.inject('/api/molecules'), app.inject('/api/molecules')])
  await app.close()
  const calls = findSpans(collector, CLIENT) as ReceivedSpan[]
  t.strictSame(calls.map(({ attributes }) => attributes['cryoprotect.coalesced']).sort(), [true, undefined])
  for (const { status, attributes } of calls) t.match([status, attributes['error.type']], [2, '500'])
  t.notMatch(Buffer.concat(collector.bodies).toString('latin1'), 'secret internals')
})

t.test('a request that a plugin aborts, with any reason, is a failed span without a status', async (t) => {
  const reasons = ['gone', Object.assign(new Error('gone'), { status: 200 })]
  const prepare = (app: FastifyInstance) => {
    app.get('/gone', async (request) => {
      const outcomes = reasons.map((reason) => {
        const abort = new AbortController()
        const rows = request.supabase.select('rows', { signal: abort.signal })
        setTimeout(() => abort.abort(reason), 50)
        return rows.catch((error) => error === reason)
      })
      return Promise.all(outcomes)
    })
  }
  const { app, collector } = await start(t, { COALESCE_READS: 'false' }, () => {}, prepare)
  t.strictSame((await app.inject('/gone')).json(), [true, true])
  await app.close()
  const attributes = findSpans(collector, CLIENT).map((span) => span.attributes)
  const gone = attributes.filter((attributes) => String(attributes['url.full']).endsWith('/rows'))
  t.match(gone, [{ 'error.type': 'Error' }, { 'error.type': 'Error' }])
  t.equal(gone[1]?.['http.response.status_code'], undefined)
})

t.test('a span has no route for an unknown path, and no status without a response of Supabase', async (t) => {
  const { app, collector } = await start(t, {}, (request) => request.socket.destroy())
  await app.inject('/nothing/sb_secret_planted')
  await app.inject('/api/molecules')
  await app.inject('/health/live')
  await app.close()
  const names = (findSpans(collector, SERVER) as ReceivedSpan[]).map(({ name }) => name)
  t.strictSame(names.sort(), ['GET', 'GET /api/molecules'], 'and health is not asked for a trace')
  t.match(findSpans(collector, CLIENT)[0], { status: 2, attributes: { 'error.type': 'UPSTREAM_CONNECTION_LOST' } })
  t.notMatch(Buffer.concat(collector.bodies).toString('latin1'), 'planted')
})

t.test("the caller's sampled flag decides which traces are recorded, without one the settings", async (t) => {
  const not = `00-${TRACE}-${CALLER}-00`
  const recorded = `00-${TRACE}-${CALLER}-01`
  const variants: [
    settings: Record<string, string>,
    traceparent: string | undefined,
    spans: number,
    warning?: RegExp
  ][] = [
    [{}, not, 0],
    [{}, recorded, 2],
    [{}, undefined, 2],
    [{ OTEL_TRACES_SAMPLER: 'always_on' }, not, 2],
    [{ OTEL_TRACES_SAMPLER: 'always_off' }, recorded, 0],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }, recorded, 0],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }, recorded, 2],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }, undefined, 0],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: 'x' }, not, 2, /OTEL_TRACES_SAMPLER_ARG/],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio' }, not, 2],
    [{ OTEL_TRACES_SAMPLER: 'no word' }, not, 0, /Unknown OTEL_TRACES_SAMPLER/],
    [{ OTEL_TRACES_SAMPLER: 'nonsense' }, not, 0, /Unknown OTEL_TRACES_SAMPLER/],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_' }, undefined, 2, /Unknown OTEL_TRACES_SAMPLER/]
  ]
  for (const [settings, traceparent, count, warning] of variants) {
    const { app, collector, upstream, log } = await start(t, { ...settings, DB_POOL_MIN_SIZE: '1' })
    while (app.pool.stats().pool_size === 0) await new Promise((resolve) => setImmediate(resolve))
    await app.inject({ url: '/api/molecules', headers: traceparent ? { traceparent } : {} })
    await app.close()
    const spans = collector.spans.filter(({ kind }) => kind !== INTERNAL)
    t.equal(spans.length, count, JSON.stringify([settings, traceparent]))
    const sent = upstream.requests[0]?.headers.traceparent
    t.match(sent, count ? /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/ : /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)
    if (traceparent) t.match(sent, TRACE)
    if (warning) t.ok(log.lines.some((line) => warning.test(line)))
  }
})

t.test('a failing trace collector is logged once, and its recovery too', async (t) => {
  const { collector, log, app } = await start(t)
  const deliver = async () => {
    await app.inject('/api/molecules')
    await app.tracing?.flush().catch(() => {})
  }
  const told = (message: string) => log.lines.filter((line) => line.includes(message)).length
  collector.status = 400
  await deliver()
  await deliver()
  t.equal(told('Trace export failed'), 1)
  collector.status = 200
  await deliver()
  await deliver()
  t.equal(told('Trace export recovered'), 1)
  collector.status = 400
  await deliver()
  t.equal(told('Trace export failed'), 2)
  t.ok(collector.spans.length >= 4)
})

t.test('a hanging trace collector fails no request and does not delay the shutdown', async (t) => {
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const upstream = await startUpstream()
  t.teardown(() => Promise.all([upstream.close(), silent.close()]))
  const { port } = silent.address() as { port: number }
  const { child, output, url, exited } = startService(t, {
    SUPABASE_URL: upstream.url,
    SUPABASE_KEY: 'key',
    SHUTDOWN_TIMEOUT: '0.5',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`
  })
  for (let i = 0; i < 20; i++) t.equal((await fetch(`${await url}/api/molecules?limit=${i + 1}`)).status, 200)
  child.kill('SIGTERM')
  t.equal((await exited)[0], 0)
  t.notMatch(output.text, 'Shutdown took longer')
})

t.test('remaining traces are delivered at the shutdown', async (t) => {
  const [upstream, collector] = await Promise.all([startUpstream(), startCollector()])
  t.teardown(() => Promise.all([upstream.close(), collector.close()]))
  const { child, url, exited } = startService(t, {
    SUPABASE_URL: upstream.url,
    SUPABASE_KEY: 'key',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_SERVICE_NAME: 'by-name'
  })
  await fetch(`${await url}/api/molecules`)
  child.kill('SIGTERM')
  t.equal((await exited)[0], 0)
  t.match(findSpans(collector, SERVER), [{ name: 'GET /api/molecules', resource: { 'service.name': 'by-name' } }])
})

/** Prints which of OpenTelemetry's modules a process has loaded when it ends. */
const listing = `import { registerHooks } from 'node:module'
const found = new Set()
registerHooks({ load(url, context, next) {
  const [, name] = /@opentelemetry.([\\w-]+)/.exec(url) ?? []
  if (name) found.add(name)
  return next(url, context)
} })
process.on('exit', () => console.error('loaded: ' + [...found].sort().join() + '.'))`

t.test('without tracing the OpenTelemetry SDK is not loaded', async (t) => {
  const upstream = await startUpstream()
  t.teardown(() => upstream.close())
  const NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import=data:text/javascript,${encodeURIComponent(listing)}`
  const project = { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key', NODE_OPTIONS }
  const run = async (environment: Record<string, string>) => {
    const { child, output, url, exited } = startService(t, { ...project, ...environment })
    await fetch(`${await url}/api/molecules`)
    child.kill('SIGTERM')
    await exited
    return /loaded: (.*)\./.exec(output.text)?.[1]
  }
  // prom-client brings the interface, of which it uses nothing here.
  t.equal(await run({}), 'api')
  t.match(await run({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }), 'sdk-trace')
})
