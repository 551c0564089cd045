import { createRequire } from 'node:module'
import type { Config } from './config.ts'

/** What is never logged, wherever a request's headers are. */
const SECRET = ['req.headers.authorization', 'req.headers.apikey', 'req.headers.cookie']

/**
 * pino's options, by whether standard output is a terminal: JSON lines, or lines for people on a terminal outside
 * production, if the package for these is installed.
 */
export function loggerOptions(config: Config, isTerminal: boolean) {
  const options = { level: config.LOG_LEVEL, redact: SECRET }
  if (!isTerminal || config.NODE_ENV === 'production' || !isInstalled('pino-pretty')) return options
  const pretty = { translateTime: 'HH:MM:ss.l', ignore: 'pid,hostname', singleLine: true }
  return { ...options, transport: { target: 'pino-pretty', options: pretty } }
}

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name)
    return true
  } catch {
    return false
  }
}
