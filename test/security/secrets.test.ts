// Puts secrets wherever a client, an operator or Supabase may, and searches everything that the service outputs for them.
import { spawnSync } from 'node:child_process'
import Fastify from 'fastify'
import t from 'tap'
import { errors } from 'undici'
import { loadConfig } from '../../src/config.ts'
import { loggerOptions } from '../../src/observability/logging.ts'
import { startApp } from '../support/service/app.ts'
import { startCollector } from '../support/service/collector.ts'
import { signToken } from '../support/upstream/tokens.ts'
import { startUpstream } from '../support/upstream/upstream.ts'

const ANON = signToken({ role: 'anon' }, 'one')
const SERVICE = 'sb_secret_of-the-project'
const ADMIN = 'an"admin\\token-with-quotes'
const USER = signToken({ sub: 'someone' }, 'two')
const OTHER = {
  jwt: signToken({ sub: 'other' }, 'three'),
  key: 'sb_secret_somebody-elses',
  opaque: 'opaque-but-secret-1'
}
const SECRETS = [ANON, SERVICE, ADMIN, JSON.stringify(ADMIN).slice(1, -1), USER, ...Object.values(OTHER)]

/** An error with secrets in its message and its properties, as some libraries create. */
function createErrorWithSecrets(): Error {
  const headers = { authorization: `Bearer ${OTHER.opaque}`, apikey: OTHER.key, cookie: `session=${OTHER.opaque}` }
  const cause = Object.assign(
    new errors.SocketError(`apikey=${OTHER.opaque} db_password=${OTHER.opaque} other side closed: ${SERVICE}`),
    {
      headers
    }
  )
  const message = `GET /?apikey=${OTHER.opaque} with Bearer ${OTHER.opaque} and ${JSON.stringify(headers)} failed for ${USER}`
  return Object.assign(new Error(message, { cause }), {
    headers,
    config: { headers },
    request: { headers, token: ADMIN }
  })
}

t.test('no log line, metric, trace or response contains a secret', async (t) => {
  const upstream = await startUpstream((request, response) => {
    const said = JSON.stringify({
      code: 'XX000',
      message: `bad ${JSON.stringify(request.headers)} ${SERVICE} ${ADMIN}`
    })
    if (request.url?.includes('reset')) request.socket.destroy()
    else response.writeHead(request.url?.includes('nonsense') ? 200 : 500).end(said)
  })
  const collector = await startCollector()
  t.teardown(() => Promise.all([upstream.close(), collector.close()]))
  const log = { lines: [] as string[] }
  const settings = {
    SUPABASE_URL: upstream.url,
    SUPABASE_KEY: ANON,
    SUPABASE_SERVICE_KEY: SERVICE,
    ADMIN_TOKEN: ADMIN,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${OTHER.opaque}`
  }
  const app = await startApp(t, settings, log, (app) => {
    app.get('/leaky', async (request) => {
      app.log.info({ headers: request.headers, req: request, raw: request.raw.rawHeaders }, `for ${USER} by ${ADMIN}`)
      throw createErrorWithSecrets()
    })
    app.get('/thrown', async () => {
      throw { token: ADMIN }
    })
  })
  const headers = {
    authorization: `Bearer ${USER}`,
    apikey: OTHER.key,
    cookie: `token=${OTHER.opaque}`,
    'x-api-key': OTHER.opaque,
    'user-agent': OTHER.jwt
  }
  const asAdmin = { ...headers, authorization: `Bearer ${ADMIN}` }
  const urls = [
    '/api/molecules',
    '/api/molecules?name=reset',
    '/api/molecules?name=nonsense',
    '/leaky',
    '/thrown',
    ...SECRETS.map((secret) => `/api/molecules?name=${encodeURIComponent(secret)}`),
    ...SECRETS.map((secret) => `/${encodeURIComponent(secret)}`),
    ...SECRETS.map((secret) => `/api/molecules/${encodeURIComponent(secret)}`),
    ...SECRETS.map((secret) => `/%zz${encodeURIComponent(secret)}`)
  ]
  const responses: string[] = []
  for (const url of urls) {
    for (const head of [headers, asAdmin]) {
      const response = await app.inject({ url, headers: head })
      // A response may repeat the query of its own request.
      if (!url.includes('=')) responses.push(response.body + JSON.stringify(response.headers))
    }
  }
  for (const url of ['/supabase/tables', '/pool/stats', '/health/ready', '/']) {
    responses.push((await app.inject({ url, headers: asAdmin })).body)
  }
  const { body: metrics } = await app.inject({ url: '/metrics', headers: asAdmin })
  await app.close()
  t.ok(log.lines.length > urls.length && collector.bodies.length > 0 && metrics.includes('cryoprotect_'))
  t.ok(log.lines.every((line) => JSON.parse(line)))
  const outputs = {
    'the log': log.lines.join(''),
    'the metrics': metrics,
    'the responses': responses.join('\n'),
    'the traces': Buffer.concat(collector.bodies).toString('latin1')
  }
  for (const [output, text] of Object.entries(outputs)) {
    for (const secret of SECRETS) t.notOk(text.includes(secret), `${secret.slice(0, 12)}… in ${output}`)
  }
  t.match(outputs['the log'], '[redacted]')
})

t.test('no line of the pretty-printed log contains a secret', async (t) => {
  const config = loadConfig({ SUPABASE_URL: 'http://localhost', SUPABASE_KEY: ANON, ADMIN_TOKEN: ADMIN })
  const lines: string[] = []
  const options = loggerOptions(config, { write: (line) => void lines.push(line), flushSync() {} }, true)
  const app = Fastify({ logger: { ...options, level: 'trace' } })
  app.log.error(
    { err: createErrorWithSecrets(), headers: { authorization: `Bearer ${ADMIN}`, apikey: ANON } },
    `with ${USER}`
  )
  app.log.trace({ keys: [ANON, SERVICE, ADMIN] }, ADMIN)
  const text = lines.join('')
  t.throws(() => JSON.parse(text), 'not JSON')
  t.match(text, '[redacted]')
  for (const secret of SECRETS) t.notOk(text.includes(secret), `${secret.slice(0, 12)}…`)
})

t.test('no message of a failed start contains a secret', (t) => {
  const server = new URL('../../src/server.ts', import.meta.url).pathname
  const settings = {
    SUPABASE_URL: `http://u:${OTHER.opaque}@x`,
    SUPABASE_KEY: ANON,
    ADMIN_TOKEN: 'short',
    PORT: OTHER.key
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [server], { cwd: t.testdir({}), env: settings })
  t.equal(status, 1)
  t.match(String(stderr), /Invalid configuration/)
  for (const secret of SECRETS) t.notOk(`${stdout}${stderr}`.includes(secret))
  t.end()
})
