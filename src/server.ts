import closeWithGrace from 'close-with-grace'
import { buildApp } from './app.ts'
import { ConfigError, loadConfig, withDotEnv } from './config.ts'
import { loggerOptions } from './logging.ts'

try {
  const environment = withDotEnv(process.env)
  const config = loadConfig(environment)
  const logger = loggerOptions(config, Boolean(process.stdout.isTTY))
  const app = await buildApp({ environment, config, logger })

  // The pool ends what is under way at the shutdown time-out; a second more is for whatever does not heed that.
  closeWithGrace({ delay: (config.SHUTDOWN_TIMEOUT + 1) * 1000, logger: app.log }, async ({ err, signal }) => {
    if (err) app.log.fatal({ err }, 'The service ends because of an error that nobody caught')
    else app.log.info(`The service ends: ${signal}`)
    await app.close()
  })
  await app.listen({ host: config.HOST, port: config.PORT })
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error)
  process.exit(1)
}
