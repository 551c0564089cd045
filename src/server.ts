import { lookup } from 'node:dns/promises'
import type { FastifyInstance } from 'fastify'
import { ConfigError, loadConfig, withDotEnv } from './config.ts'
import { enableGracefulShutdown } from './graceful-shutdown.ts'
import { LogOutput, openOutput } from './observability/log-output.ts'
import { loggerOptions, Redactor } from './observability/logging.ts'

/**
 * Characters of log lines that are gathered before they are written, in production: as many as pino writes at a time. Writing a
 * line by itself costs 1.4 µs of CPU time, twenty times its share.
 */
const MIN_LOG_WRITE = 16_000

try {
  const environment = withDotEnv(process.env)
  const config = loadConfig(environment)
  let app: FastifyInstance | undefined

  // Before anything that takes long: the first process of a container is deaf to signals that it does not listen to.
  // The service ends by itself within its shutdown time-out and a second and a quarter, in which the last responses are
  // written and the last traces delivered; this is for whatever does not heed that.
  enableGracefulShutdown({
    close: async () => app?.close(),
    timeoutMs: (config.SHUTDOWN_TIMEOUT + 1.5) * 1000,
    log: (level, message, err) => {
      if (app) app.log[level]({ err }, message)
      else console.error(err ?? message)
    }
  })

  const { buildApp } = await import('./app.ts')
  const isProduction = config.NODE_ENV === 'production'
  const output = new LogOutput(openOutput(process.stdout), isProduction ? MIN_LOG_WRITE : 0)
  const redactor = new Redactor(config)
  const isReadable = !isProduction && process.stdout.isTTY
  app = await buildApp({
    environment,
    config,
    // Fastify makes a logger for each request, unless there is none.
    logger: config.LOG_LEVEL !== 'silent' && loggerOptions(config, output, isReadable, redactor),
    droppedLines: () => output.dropped,
    onNewKeys: ({ anon, service }) => redactor.add([anon, service])
  })
  const { log } = app
  output.onDropped = (dropped) => log.error({ dropped }, 'Log lines were dropped: standard output could not be written')
  // One address: of the several that a name like localhost may have, Fastify forgets all but the first when it closes.
  const { address } = await lookup(config.HOST)
  await app.listen({ host: address, port: config.PORT })
  await app.logStart()
} catch (error) {
  // A mistake of the operator's needs no stack: settings, a port that is taken, an address that is not this machine's.
  const { message, syscall = '' } = error as NodeJS.ErrnoException
  const where = /^(listen|getaddrinfo)$/.test(syscall) ? 'Nothing can listen on this HOST and PORT: ' : ''
  console.error(error instanceof ConfigError || syscall ? where + message : error)
  process.exit(1)
}
