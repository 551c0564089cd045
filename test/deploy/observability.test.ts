// The dashboard and the alerts speak of figures that there are.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { startApp } from '../support/service/app.ts'
import { startUpstream } from '../support/upstream/upstream.ts'

const prometheus = fileURLToPath(new URL('../../deploy/prometheus/', import.meta.url))
const read = (path: string) => readFileSync(new URL(`../../deploy/${path}`, import.meta.url), 'utf8')

t.test(
  "every metric in the dashboard, the alerts and their README exists, and the dashboard shows all of the service's own",
  async (t) => {
    const upstream = await startUpstream()
    t.teardown(() => upstream.close())
    const app = await startApp(t, { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key' })
    await app.inject('/api/molecules')
    const { body } = await app.inject('/metrics')
    const existing = new Set([...body.matchAll(/^(\w+)[{ ]/gm)].map(([, name]) => name))
    for (const path of [
      'grafana/cryoprotect-api.json',
      'prometheus/alerts.yml',
      'prometheus/alerts.test.yml',
      'prometheus/README.md'
    ]) {
      const mentioned = [...read(path).matchAll(/\b(?:cryoprotect|process|nodejs)_\w+/g)].map(([name]) => name)
      const unknown = mentioned.filter((name) => !existing.has(name) && !existing.has(`${name}_bucket`))
      t.ok(mentioned.length > 3)
      t.strictSame(unknown, [], path)
    }
    const shown = read('grafana/cryoprotect-api.json')
    const own = [...existing].filter((name) => name?.startsWith('cryoprotect_')) as string[]
    const missing = own.filter((name) => !shown.includes(name.replace(/_(bucket|sum|count)$/, '')))
    t.strictSame(missing, [], 'the dashboard leaves none of our own out')
  }
)

t.test('every alert is explained in the README', (t) => {
  const alerts = [...read('prometheus/alerts.yml').matchAll(/alert: (\w+)/g)].map(([, name]) => name)
  const explained = [...read('prometheus/README.md').matchAll(/^\| `(Cryoprotect\w+)`/gm)].map(([, name]) => name)
  t.strictSame(explained, alerts)
  t.end()
})

t.test('promtool accepts the alerts, and they fire as their tests say', (t) => {
  if (spawnSync('promtool', ['--version']).status !== 0) {
    t.comment('promtool is not installed: apt-get install prometheus')
    t.end()
    return
  }
  for (const command of [
    ['check', 'rules', 'alerts.yml'],
    ['test', 'rules', 'alerts.test.yml'],
    ['check', 'config', '--syntax-only', 'prometheus.yml']
  ]) {
    const { status, stdout, stderr } = spawnSync('promtool', command, { cwd: prometheus, encoding: 'utf8' })
    t.equal(status, 0, stdout + stderr)
  }
  t.end()
})
