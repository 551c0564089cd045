import closeWithGrace from 'close-with-grace'
import { buildApp } from './app.ts'
import { ConfigError, loadConfig, withDotEnv } from './config.ts'

/** What is never logged, wherever it might stand. */
const REDACT = ['req.headers.authorization', 'req.headers.apikey', 'req.headers.cookie']

try {
  const environment = withDotEnv(process.env)
  const { LOG_LEVEL, HOST, PORT, SHUTDOWN_TIMEOUT, NODE_ENV } = loadConfig(environment)
  const readable = process.stdout.isTTY && NODE_ENV !== 'production'
  const app = await buildApp({
    environment,
    logger: { level: LOG_LEVEL, redact: REDACT, ...(readable && { transport: { target: 'pino-pretty' } }) }
  })
  // The pool ends what is under way at the shutdown time-out; a second more is for whatever ignores that.
  closeWithGrace({ delay: (SHUTDOWN_TIMEOUT + 1) * 1000, logger: app.log }, async ({ err }) => {
    if (err) app.log.fatal({ err }, 'The service ends because of an error that nothing has caught')
    await app.close()
  })
  await app.listen({ host: HOST, port: PORT })
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error)
  process.exit(1)
}
