import t from 'tap'
import { Tracing } from '../../../src/observability/tracing.ts'
import { startCollector } from '../../support/service/collector.ts'

t.test(
  'a span of a hosted project has port 443, and a call that was neither sent nor queued has no span',
  async (t) => {
    const collector = await startCollector()
    t.teardown(() => collector.close())
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = collector.url
    const log = { info: () => {}, warn: () => {} }
    for (const upstream of ['https://abc.supabase.co', 'http://localhost']) {
      const tracing = new Tracing({ name: 'name', version: '1', upstream, log })
      const request = tracing.startRequest('GET', '/', undefined)
      const call = request.startCall('GET', 'molecules')
      call.sent(0, false)
      call.end(0, undefined, new DOMException('left', 'AbortError'))
      request.startCall('GET', 'molecules').end(0, undefined, new Error('refused'))
      request.end(200)
      await tracing.close(1_000)
    }
    t.match(
      collector.spans.map(({ attributes }) => attributes),
      [
        { 'server.address': 'abc.supabase.co', 'server.port': 443, 'error.type': 'AbortError' },
        { 'http.response.status_code': 200 },
        { 'server.address': 'localhost', 'server.port': 80 },
        {}
      ]
    )
  }
)
