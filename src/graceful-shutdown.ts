import { performance } from 'node:perf_hooks'

/** Signals that ask a process to end; Ctrl-C is SIGINT, a closed terminal SIGHUP. */
const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const
/**
 * Within this time a signal that comes again is the same one: Ctrl-C goes to every process of a terminal, and those above
 * this one, such as `node --watch`, pass it on. It is why this is not left to close-with-grace, which ends at a second one.
 */
const ECHO_MS = 100

export interface ShutdownOptions {
  /** Ends the service; the process exits when it resolves. */
  close(): Promise<void>
  /** How long that may take. */
  timeoutMs: number
  log(level: 'info' | 'error' | 'fatal', message: string, err?: unknown): void
}

/**
 * Ends the process gracefully: on a signal with exit code 0, after an uncaught error with 1. It exits with 1 at once when
 * closing fails or takes too long, at a second signal and at a second uncaught error.
 */
export function enableGracefulShutdown({ close, timeoutMs, log }: ShutdownOptions): void {
  let startedAt: number | undefined

  const shutDown = async (exitCode: number) => {
    startedAt = performance.now()
    setTimeout(() => {
      log('error', `Shutdown took longer than ${timeoutMs} ms, exiting`)
      process.exit(1)
    }, timeoutMs)
    try {
      await close()
    } catch (err) {
      log('error', 'Shutdown failed', err)
      process.exit(1)
    }
    process.exit(exitCode)
  }

  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (startedAt === undefined) {
        log('info', `Shutting down: ${signal}`)
        shutDown(0)
      } else if (performance.now() - startedAt > ECHO_MS) {
        log('error', `Exiting at once: ${signal} again`)
        process.exit(1)
      }
    })
  }

  // Rejections that nobody handles come here too.
  process.on('uncaughtException', (err) => {
    log('fatal', 'Uncaught error, shutting down', err)
    if (startedAt === undefined) shutDown(1)
    else process.exit(1)
  })
}
