import t from 'tap'
import { parseTraceContext, traceHeaders } from '../../../src/observability/trace-context.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'
const PARENT = `00-${TRACE}-${SPAN}-01`

t.test('a well-formed trace context is parsed and propagated unchanged', (t) => {
  const headers = { traceparent: PARENT, tracestate: 'rojo=00f067aa0ba902b7,t1@congo=t61rcWkgMzE' }
  const context = parseTraceContext(headers)
  t.match(context, { traceId: TRACE, spanId: SPAN, flags: 1 })
  t.strictSame(context && traceHeaders(context), headers)
  t.end()
})

t.test('a traceparent of a later version is parsed as version 00', (t) => {
  for (const traceparent of [`01-${TRACE}-${SPAN}-09`, `cc-${TRACE}-${SPAN}-01-more`]) {
    const context = parseTraceContext({ traceparent })
    t.strictSame(context && traceHeaders(context), { traceparent: PARENT })
  }
  t.end()
})

t.test('a malformed traceparent is ignored', (t) => {
  const wrong = [
    '',
    'nonsense',
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE}-${SPAN}-01-more`,
    `00-${TRACE}-${SPAN}-1`,
    `ff-${TRACE}-${SPAN}-01`,
    `01-${TRACE}-${SPAN}-01more`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `${PARENT}, ${PARENT}`,
    `cc-${TRACE}-${SPAN}-01-more, cc-${TRACE}-${SPAN}-01-more`,
    `${PARENT}\r\nx: y`
  ]
  for (const traceparent of wrong)
    t.equal(parseTraceContext({ traceparent, tracestate: 'a=1' }), undefined, traceparent)
  t.equal(parseTraceContext({ tracestate: 'a=1' }), undefined)
  t.end()
})

t.test('a malformed tracestate is dropped without the traceparent', (t) => {
  const wrong = [
    '',
    ' , ',
    'a',
    'A=1',
    'a=',
    'a=1,a=2',
    'a=\u0007',
    'a=ä',
    `a=${'b'.repeat(257)}`,
    `a=${'b'.repeat(250)},b=${'b'.repeat(250)},c=${'b'.repeat(20)}`,
    Array.from({ length: 33 }, (_, i) => `k${i}=1`).join()
  ]
  for (const tracestate of wrong) {
    t.match(parseTraceContext({ traceparent: PARENT, tracestate }), { traceId: TRACE, state: undefined }, tracestate)
  }
  t.equal(parseTraceContext({ traceparent: PARENT, tracestate: 'a=1 , ,b=2' })?.state, 'a=1,b=2')
  t.end()
})
