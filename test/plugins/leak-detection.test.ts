import t from 'tap'
import { startApp } from '../support/service/app.ts'
import { startUpstream } from '../support/upstream/upstream.ts'

t.test('a connection that a plugin forgets to release is logged with the call site that acquired it', async (t) => {
  const upstream = await startUpstream()
  t.teardown(() => upstream.close())
  const reported = Promise.withResolvers<string>()
  const lines: string[] = []
  lines.push = (line) => {
    if (line.includes('Possible connection leak')) reported.resolve(line)
    return 0
  }
  const settings = { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key', SHUTDOWN_TIMEOUT: '0.1' }
  const app = await startApp(t, { ...settings, SUPABASE_REQUEST_TIMEOUT: '0.05' }, { lines })
  await app.pool.acquire()
  const { level, lease, msg } = JSON.parse(await reported.promise)
  t.equal(level, 40)
  t.match(lease.call_site, /leak-detection\.test\.ts/)
  t.match(msg, /^Possible connection leak: acquired \d s ago at .*leak-detection\.test\.ts:\d+:\d+\)?$/)
  t.ok(lease.duration_ms >= 100)
})
