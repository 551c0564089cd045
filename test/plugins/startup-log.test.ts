import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { startApp } from '../support/service/app.ts'
import { startGateway } from '../support/upstream/gateway.ts'
import { startUpstream } from '../support/upstream/upstream.ts'

/** The line that a service with these settings logs at its start. */
async function readStartLine(t: Test, settings: Record<string, string>) {
  const log = { lines: [] as string[] }
  const app = await startApp(t, settings, log)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  await app.logStart()
  const lines = log.lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg.startsWith('Serving '))
  t.equal(lines.length, 1)
  const { level, msg, upstream } = lines[0]
  return { level, msg: msg.replace(`${url}/docs`, '<docs>'), upstream, text: log.lines.join() }
}

const INFO = 30
const ERROR = 50
const gateway = await startGateway()
t.teardown(() => gateway.close())
const { url: SUPABASE_URL, keys } = gateway
const { host } = new URL(SUPABASE_URL)

t.test('the start line names the project, the kind of each key, the verdict on it and the documentation', async (t) => {
  const legacy = await readStartLine(t, gateway.environment)
  t.match(legacy, {
    level: INFO,
    msg:
      `Serving ${host}, SUPABASE_KEY (legacy anon) accepted, ` +
      'SUPABASE_SERVICE_KEY (legacy service_role) accepted, documentation at <docs>'
  })
  const settings = { SUPABASE_URL, SUPABASE_KEY: keys.publishable, SUPABASE_SERVICE_KEY: keys.secret }
  const current = await readStartLine(t, settings)
  t.match(current.msg, 'SUPABASE_KEY (publishable) accepted, SUPABASE_SERVICE_KEY (secret) accepted')
  for (const key of Object.values(keys)) t.notMatch(legacy.text + current.text, key)
})

t.test('the start line names a key that is refused', async (t) => {
  t.match(await readStartLine(t, { SUPABASE_URL, SUPABASE_KEY: keys.publishable, SUPABASE_SERVICE_KEY: 'wrong' }), {
    level: ERROR,
    msg:
      `Serving ${host}, SUPABASE_KEY (publishable) accepted, SUPABASE_SERVICE_KEY (of unknown kind) rejected, ` +
      'Supabase rejects SUPABASE_SERVICE_KEY, documentation at <docs>',
    upstream: { status: 401, message: 'Invalid API key' }
  })
})

t.test('the start line says what a service without a service key lacks', async (t) => {
  t.match(await readStartLine(t, { SUPABASE_URL, SUPABASE_KEY: keys.anon }), {
    level: INFO,
    msg:
      `Serving ${host}, SUPABASE_KEY (legacy anon) accepted, ` +
      'SUPABASE_SERVICE_KEY not set: /supabase/tables needs it, documentation at <docs>'
  })
})

t.test('the start line says that the tables are missing, or that Supabase cannot be reached', async (t) => {
  const upstream = await startUpstream((_request, response) =>
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"code":"PGRST205","message":"no table"}')
  )
  const project = { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key', SUPABASE_SERVICE_KEY: 'other' }
  t.match(await readStartLine(t, project), {
    level: ERROR,
    msg: /SUPABASE_KEY \(of unknown kind\) accepted, .* accepted, The Supabase project lacks .* run the SQL in supabase\/migrations, documentation/,
    upstream: { code: 'PGRST205' }
  })
  await upstream.close()
  t.match(await readStartLine(t, project), {
    level: ERROR,
    msg: /SUPABASE_KEY \(of unknown kind\) not verified, .* not verified, Supabase cannot be reached, documentation/,
    upstream: undefined
  })
})

t.test(
  'without a project the start line names the demonstration data, and a wildcard address as localhost',
  async (t) => {
    const log = { lines: [] as string[] }
    const app = await startApp(t, {}, log)
    await app.listen({ host: '0.0.0.0', port: 0 })
    await app.logStart()
    const { port } = app.server.address() as AddressInfo
    t.match(log.lines.join(), `"msg":"Serving demonstration data, documentation at http://localhost:${port}/docs"`)
  }
)

t.test('a service that ends before or while its keys are checked logs no start line', async (t) => {
  const arrived = Promise.withResolvers<void>()
  const upstream = await startUpstream(() => arrived.resolve())
  t.teardown(() => upstream.close())
  const log = { lines: [] as string[] }
  const app = await startApp(t, { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key' }, log)
  await app.logStart()
  await app.listen({ host: '127.0.0.1', port: 0 })
  const logged = app.logStart()
  await arrived.promise
  await app.close()
  await logged
  t.notMatch(log.lines.join(), 'Serving')
})
