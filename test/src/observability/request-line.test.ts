// The log line of a request is written by this service rather than by pino.
import { type Logger, pino } from 'pino'
import t from 'tap'
import { logRequest, type RequestEnd } from '../../../src/observability/request-line.ts'
import { RequestRecord } from '../../../src/observability/request-record.ts'
import { SupabaseError } from '../../../src/supabase/errors.ts'

const END = {
  method: 'GET',
  route: '/api/molecules',
  status: 200,
  duration: 1.23456,
  query: {},
  clientDisconnected: false
}

/** The line of a request, parsed, or undefined if it has none. */
function log(end: Partial<RequestEnd> = {}, record: Partial<RequestRecord> = {}, level = 'info') {
  const lines: string[] = []
  const logger = pino({ level }, { write: (line) => void lines.push(line) }).child({ request_id: 'mine' })
  logRequest(logger, Object.assign(new RequestRecord('mine'), record), { ...END, ...end })
  return lines.length > 0 ? JSON.parse(lines.join('')) : undefined
}

t.test('the log line of a request says what it was and how it ended, with the fields of its logger', async (t) => {
  const before = Date.now()
  const { time, pid, hostname, ...rest } = log()
  t.ok(time >= before && time <= Date.now())
  t.equal(pid, process.pid)
  t.type(hostname, 'string')
  t.strictSame(rest, {
    level: 30,
    request_id: 'mine',
    method: 'GET',
    route: '/api/molecules',
    status: 200,
    duration_ms: 1.235,
    wait_ms: 0,
    upstream_ms: 0,
    msg: 'GET /api/molecules 200'
  })
})

t.test('the log line of a request says what not every request has', async (t) => {
  const record = {
    table: 'a "quoted"\\ table\n\u2028\0 ü',
    wait: 0.1,
    upstream: 20,
    cache: 'stale',
    trace: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', flags: 1 }
  } as const
  const query = {
    limit: 10,
    offset: 0,
    name: 'private',
    'a "quoted"': 1.5,
    endless: Number.POSITIVE_INFINITY,
    none: Number.NaN
  }
  const line = log({ query, clientDisconnected: true, route: '/a"b' }, record)
  t.match(line, {
    route: '/a"b',
    table: record.table,
    wait_ms: 0.1,
    upstream_ms: 20,
    cache: 'stale',
    trace_id: record.trace.traceId,
    client_left: true,
    msg: 'GET /a"b 200'
  })
  // Nothing of what was looked for.
  t.strictSame(line.query, { limit: 10, offset: 0, 'a "quoted"': 1.5, endless: null, none: null })
})

t.test('the log line of a request that failed has its error, whatever that is', async (t) => {
  const upstream = { status: 500, code: 'XX000', message: 'why' }
  const failure = new SupabaseError('UPSTREAM_ERROR', { upstream })
  t.match(log({ status: 502 }, { failure }), { level: 50, err: { code: 'UPSTREAM_ERROR' }, upstream })
  t.match(log({ status: 500 }, { failure: new Error('bug', { cause: failure }) }), { level: 50, upstream })
  t.match(log({ status: 500 }, { failure: null }), { err: { type: 'object' }, upstream: undefined })
  const code: Record<string, unknown> = { big: 1n }
  code.self = code
  t.match(log({ status: 500 }, { failure: Object.assign(new Error('odd'), { code }) }), { err: { message: 'odd' } })
  t.match(log({ status: 500 }), { level: 50, err: undefined }, 'a route may respond so on its own')
  t.match(log({ status: 404 }, { failure }), { level: 30, err: undefined, upstream: undefined })
})

t.test('a request has no log line below the level of its logger, or without a log', async (t) => {
  t.equal(log({}, {}, 'warn'), undefined)
  t.match(log({ status: 500 }, {}, 'warn'), { level: 50 })
  t.equal(log({ status: 500 }, {}, 'silent'), undefined)
  t.doesNotThrow(() => logRequest({} as Logger, new RequestRecord('mine'), END))
})
