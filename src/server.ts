import { lookup } from 'node:dns/promises'
import closeWithGrace from 'close-with-grace'
import type { FastifyInstance } from 'fastify'
import { ConfigError, loadConfig, withDotEnv } from './config.ts'
import { loggerOptions } from './logging.ts'

try {
  const environment = withDotEnv(process.env)
  const config = loadConfig(environment)
  let app: FastifyInstance | undefined

  // Before anything that takes long: the first process of a container is deaf to signals that it does not listen to.
  // The service ends by itself within its shutdown time-out and a second and a quarter, in which the last answers are
  // written and the last traces delivered; this is for whatever does not heed that.
  const logger = { error: (message: string) => (app?.log ?? console).error(message) }
  closeWithGrace({ delay: (config.SHUTDOWN_TIMEOUT + 1.5) * 1000, logger }, async ({ err, signal }) => {
    if (err && app) app.log.fatal({ err }, 'The service ends because of an error that nobody caught')
    else if (err) console.error(err)
    else app?.log.info(`The service ends: ${signal}`)
    await app?.close()
  })

  const { buildApp } = await import('./app.ts')
  app = await buildApp({ environment, config, logger: loggerOptions(config, Boolean(process.stdout.isTTY)) })
  // One address: of the several that a name like localhost may have, Fastify forgets all but the first when it closes.
  const { address } = await lookup(config.HOST)
  await app.listen({ host: address, port: config.PORT })
} catch (error) {
  // A mistake of the operator's needs no stack: settings, a port that is taken, an address that is not this machine's.
  const { message, syscall } = error as NodeJS.ErrnoException
  console.error(error instanceof ConfigError || syscall ? message : error)
  process.exit(1)
}
