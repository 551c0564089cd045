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
