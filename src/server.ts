import { lookup } from 'node:dns/promises'
import closeWithGrace from 'close-with-grace'
import type { FastifyInstance } from 'fastify'
import { ConfigError, loadConfig, withDotEnv } from './config.ts'
import { LogOutput, openOutput } from './log-output.ts'
import { loggerOptions } from './logging.ts'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
/**
 * Within this many milliseconds a signal that comes again is the same one: Ctrl-C goes to every process of a terminal, and
 * those above this one, such as `node --watch`, pass it on.
 */
const ECHO = 100
/** Characters of log lines that are gathered before they are written, in production: as many as pino writes at a time. */
const MIN_LOG_WRITE = 16_000

try {
  const environment = withDotEnv(process.env)
  const config = loadConfig(environment)
  let app: FastifyInstance | undefined

  // Before anything that takes long: the first process of a container is deaf to signals that it does not listen to.
  // The service ends by itself within its shutdown time-out and a second and a quarter, in which the last answers are
  // written and the last traces delivered; this is for whatever does not heed that.
  const logger = { error: (message: string) => (app?.log ?? console).error(message) }
  const delay = (config.SHUTDOWN_TIMEOUT + 1.5) * 1000
  const { close } = closeWithGrace({ delay, logger, skip: [...SIGNALS] }, async ({ err }) => {
    if (err && app) app.log.fatal({ err }, 'The service ends because of an error that nobody caught')
    else if (err) console.error(err)
    await app?.close()
  })
  let heard: number | undefined
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (heard === undefined) {
        heard = performance.now()
        app?.log.info(`The service ends: ${signal}`)
        close()
      } else if (performance.now() - heard > ECHO) {
        logger.error(`The service ends at once: ${signal} again`)
        process.exit(1)
      }
    })
  }

  const { buildApp } = await import('./app.ts')
  const isProduction = config.NODE_ENV === 'production'
  const output = new LogOutput(openOutput(process.stdout), isProduction ? MIN_LOG_WRITE : 0)
  app = await buildApp({
    environment,
    config,
    logger: loggerOptions(config, output, process.stdout.isTTY && !isProduction),
    droppedLines: () => output.dropped
  })
  const { log } = app
  output.onDropped = (dropped) => log.error({ dropped }, 'Log lines were dropped: standard output could not be written')
  // One address: of the several that a name like localhost may have, Fastify forgets all but the first when it closes.
  const { address } = await lookup(config.HOST)
  await app.listen({ host: address, port: config.PORT })
} catch (error) {
  // A mistake of the operator's needs no stack: settings, a port that is taken, an address that is not this machine's.
  const { message, syscall = '' } = error as NodeJS.ErrnoException
  const where = /^(listen|getaddrinfo)$/.test(syscall) ? 'Nothing can listen on this HOST and PORT: ' : ''
  console.error(error instanceof ConfigError || syscall ? where + message : error)
  process.exit(1)
}
