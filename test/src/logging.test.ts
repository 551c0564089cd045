import { registerHooks } from 'node:module'
import { Writable } from 'node:stream'
import Fastify from 'fastify'
import t from 'tap'
import { loadConfig } from '../../src/config.ts'
import { loggerOptions } from '../../src/logging.ts'

t.test('lines for people on a terminal, JSON for everything else and in production', (t) => {
  const project = { SUPABASE_URL: 'http://localhost', SUPABASE_KEY: 'a' }
  const development = loadConfig({ LOG_LEVEL: 'warn' })
  const production = loadConfig({ ...project, NODE_ENV: 'production' })
  t.match(loggerOptions(development, true), { level: 'warn', transport: { target: 'pino-pretty' } })
  t.notMatch(loggerOptions(development, false), { transport: {} })
  t.notMatch(loggerOptions(production, true), { transport: {} })
  t.end()
})

t.test('JSON on a terminal too without the package for people', (t) => {
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      if (specifier === 'pino-pretty') throw new Error('Cannot find package')
      return next(specifier, context)
    }
  })
  t.teardown(() => hooks.deregister())
  t.notMatch(loggerOptions(loadConfig({}), true), { transport: {} })
  t.end()
})

t.test('credentials in headers are not logged', (t) => {
  const lines: string[] = []
  const stream = new Writable({
    write(line, _encoding, done) {
      lines.push(String(line))
      done()
    }
  })
  const app = Fastify({ logger: { ...loggerOptions(loadConfig({}), false), stream } })
  const headers = { authorization: 'secret', apikey: 'secret', cookie: 'secret', accept: 'seen' }
  app.log.child({}, { serializers: { req: (req) => req } }).info({ req: { headers } })
  t.match(lines.join(), 'seen')
  t.notMatch(lines.join(), 'secret')
  t.end()
})
