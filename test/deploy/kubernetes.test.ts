// The network policy lets out what the service's documentation has it reach.
import { readFileSync } from 'node:fs'
import t from 'tap'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

t.test('the network policy allows DNS, HTTPS and the port of the documented OTLP endpoint', (t) => {
  const [, egress = ''] = read('deploy/kubernetes/cryoprotect-api.yaml').split(/^ {2}egress:$/m)
  const allowed = new Set([...egress.matchAll(/\bport: (\d+)/g)].map(([, port]) => port))
  const [, collector] =
    /OTEL_EXPORTER_OTLP_ENDPOINT`, for instance `http:\/\/localhost:(\d+)`/.exec(read('docs/operations.md')) ?? []
  t.strictSame(allowed, new Set(['53', '443', collector]))
  t.end()
})
