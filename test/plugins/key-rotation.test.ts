import { writeFileSync } from 'node:fs'
import t from 'tap'
import { startApp } from '../support/service/app.ts'
import { startGateway } from '../support/upstream/gateway.ts'

t.test('new keys in a file are used without a restart', async (t) => {
  const gateway = await startGateway()
  t.teardown(() => gateway.close())
  const { anon, service, publishable, secret } = gateway.keys
  const dir = t.testdir({ anon, service })
  const files = { SUPABASE_KEY_FILE: `${dir}/anon`, SUPABASE_SERVICE_KEY_FILE: `${dir}/service` }
  const log = { lines: [] as string[] }
  const app = await startApp(t, { SUPABASE_URL: gateway.url, ...files }, log)
  t.equal((await app.inject('/supabase/tables')).statusCode, 200)

  const logged = (text: string) =>
    new Promise<void>((resolve) => {
      const lines = log.lines
      lines.push = (...line) => {
        if (line.some((one) => one.includes(text))) resolve()
        return Array.prototype.push.apply(lines, line)
      }
    })

  const broken = logged('Keeping the current API keys')
  writeFileSync(files.SUPABASE_KEY_FILE, '')
  await broken
  t.equal((await app.inject('/api/molecules')).statusCode, 200, 'the old keys are kept while there are no new ones')

  const refused = logged('SUPABASE_KEY_FILE must be')
  writeFileSync(files.SUPABASE_KEY_FILE, secret)
  await refused
  t.strictSame(app.project.keys, { anon, service }, 'a secret key is not taken over for anonymous callers')

  const renewed = logged('API keys changed')
  writeFileSync(files.SUPABASE_SERVICE_KEY_FILE, secret)
  writeFileSync(files.SUPABASE_KEY_FILE, publishable)
  await renewed
  while (app.project.keys.anon !== publishable || app.project.keys.service !== secret) await logged('API keys changed')
  gateway.revoke(anon)
  gateway.revoke(service)
  t.equal((await app.inject('/api/molecules')).statusCode, 200)
  t.equal((await app.inject('/supabase/tables')).statusCode, 200)
  t.notMatch(log.lines.join(), secret)
})

t.test('reloading keys does nothing with the embedded Supabase', async (t) => {
  const app = await startApp(t, {})
  const { keys } = app.project
  app.reloadKeys()
  t.equal(app.project.keys, keys)
})
