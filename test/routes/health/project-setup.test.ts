// What responds, but is of no use: a project without the schema, a PostgREST without a gateway, another HTTP server.
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { startApp } from '../../support/service/app.ts'
import { startGateway } from '../../support/upstream/gateway.ts'
import { startPostgrest } from '../../support/upstream/postgrest.ts'
import { startUpstream } from '../../support/upstream/upstream.ts'

const ID = 'aa12c9e8-3e58-4eb2-a88c-d69f447e04fd'

/** Asserts that readiness is refused for this reason, which the log has too, and that reads fail with this code. */
async function refuses(
  t: Test,
  { app, log }: { app: FastifyInstance; log: { lines: string[] } },
  code: string,
  reason: string,
  urls = ['/api/molecules', `/api/molecules/${ID}`]
) {
  const readiness = await app.inject('/health/ready')
  t.equal(readiness.statusCode, 503)
  t.match(readiness.json(), { code: 'NOT_READY', message: `Not ready: ${reason}` })
  t.ok(
    log.lines.some((line) => JSON.parse(line).err?.message === `Not ready: ${reason}`),
    'the log says so'
  )
  for (const url of urls) {
    const response = await app.inject(url)
    t.equal(response.statusCode, 502)
    t.match(response.json(), { code })
  }
}

const SCHEMA_MISSING =
  'The Supabase project lacks the table "molecules" or one of its columns: run the SQL in supabase/migrations'
const NOT_SUPABASE = 'SUPABASE_URL does not respond like a Supabase project'

t.test('a project without the columns or the table is not ready, and says which file to run', async (t) => {
  const postgrest = await startPostgrest()
  t.teardown(() => postgrest.stop())
  const gateway = await startGateway(postgrest)
  t.teardown(() => gateway.close())
  const start = async () => {
    const log = { lines: [] as string[] }
    return { app: await startApp(t, gateway.environment, log), log }
  }
  const complete = await start()
  t.equal((await complete.app.inject('/health/ready')).statusCode, 200)

  await postgrest.sql('alter table molecules rename column name to title')
  const column = await start()
  await refuses(t, column, 'UPSTREAM_SCHEMA_MISSING', SCHEMA_MISSING, ['/api/molecules'])

  await postgrest.sql('drop table molecules cascade')
  const dropped = await start()
  await refuses(t, dropped, 'UPSTREAM_SCHEMA_MISSING', SCHEMA_MISSING)
  t.match(dropped.log.lines.join(), /"upstream":\{"status":404,"code":"42P01"/, 'the log has what Supabase said')

  await t.test('a PostgREST without a gateway is no project', async (t) => {
    const log = { lines: [] as string[] }
    const app = await startApp(t, { SUPABASE_URL: postgrest.url, SUPABASE_KEY: gateway.keys.anon }, log)
    await refuses(t, { app, log }, 'UPSTREAM_NOT_SUPABASE', NOT_SUPABASE)
  })
})

t.test('an HTTP server that is not Supabase is not ready, whatever it responds', async (t) => {
  const responses: [status: number, type: string, body: string, code?: string][] = [
    [404, 'text/html', '<h1>Not found</h1>'],
    [404, 'application/json', '{"error":"not found"}'],
    [301, 'text/html', ''],
    [308, 'text/html', ''],
    [200, 'text/html', '<h1>Welcome</h1>', 'UPSTREAM_INVALID_ANSWER'],
    [200, 'application/json', '{"status":"ok"}', 'UPSTREAM_INVALID_ANSWER'],
    [400, 'text/html', '<h1>Bad request</h1>', 'UPSTREAM_REJECTED']
  ]
  for (const [status, type, body, code = 'UPSTREAM_NOT_SUPABASE'] of responses) {
    const upstream = await startUpstream((_request, response) =>
      response.writeHead(status, { 'content-type': type, location: '/login' }).end(body)
    )
    t.teardown(() => upstream.close())
    const log = { lines: [] as string[] }
    const app = await startApp(t, { SUPABASE_URL: upstream.url, SUPABASE_KEY: 'key' }, log)
    await refuses(t, { app, log }, code, NOT_SUPABASE)
  }
})
