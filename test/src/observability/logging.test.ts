import { registerHooks } from 'node:module'
import Fastify, { type FastifyBaseLogger } from 'fastify'
import t from 'tap'
import { loadConfig } from '../../../src/config.ts'
import { loggerOptions } from '../../../src/observability/logging.ts'
import { ConnectError } from '../../../src/pool/errors.ts'

/** What is logged by `log`, as text. */
function record(log: (logger: FastifyBaseLogger) => void, readable = false): string {
  const lines: string[] = []
  const options = loggerOptions(loadConfig({}), { write: (line) => void lines.push(line), flushSync() {} }, readable)
  log(Fastify({ logger: options }).log)
  return lines.join('')
}

// First: what has been loaded once is not resolved again.
t.test('log lines are JSON where the package for readable ones is not installed', (t) => {
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      if (specifier === 'pino-pretty') throw new Error('Cannot find package')
      return next(specifier, context)
    }
  })
  t.teardown(() => hooks.deregister())
  t.match(JSON.parse(record((log) => log.warn('message'), true)), { msg: 'message' })
  t.end()
})

t.test('log lines are JSON unless readable ones are asked for', (t) => {
  t.match(JSON.parse(record((log) => log.warn('message'))), { level: 40, msg: 'message' })
  t.match(
    record((log) => log.warn('message'), true),
    /WARN.*: .*message/
  )
  t.end()
})

t.test('credentials in headers are not logged', (t) => {
  const headers = { authorization: 'secret', apikey: 'secret', cookie: 'secret', accept: 'seen' }
  const text = record((log) => log.child({}, { serializers: { req: (req) => req } }).info({ req: { headers } }))
  t.match(text, 'seen')
  t.notMatch(text, 'secret')
  t.end()
})

t.test('failures of the pool and of Supabase are logged with their causes but without stacks', (t) => {
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  const failure = new ConnectError('Supabase', refused)
  const { err } = JSON.parse(record((log) => log.error({ err: failure })))
  t.match(err, {
    type: 'ConnectError',
    code: 'UPSTREAM_UNREACHABLE',
    stack: '',
    cause: { code: 'ECONNREFUSED', stack: '' }
  })
  const unexpected = new TypeError('a bug', { cause: failure })
  const { err: bug } = JSON.parse(record((log) => log.error({ err: unexpected })))
  t.match(bug, { type: 'TypeError', stack: / at /, cause: { type: 'ConnectError', stack: '' } })
  t.end()
})
