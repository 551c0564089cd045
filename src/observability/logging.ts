import { createRequire } from 'node:module'
import type { Config } from '../config.ts'
import type { LogOutput } from './log-output.ts'

/** Replaces a secret. */
const REDACTED = '[redacted]'

/** Tokens (JWTs) and Supabase's keys, wherever they occur. */
const SECRETS = [/(?<![\w-])eyJ[\w-]{5,}\.[\w-]+\.[\w-]*/, /sb_(?:secret|publishable)_[\w-]+/]

/**
 * What precedes other secrets, and what these look like: bearer tokens, credentials in queries, headers by name in an object
 * or a list, in JSON or in JSON within a text of it.
 */
const AFTER = [
  /(bearer )[\w.~+/=-]{8,}/gi,
  /(\b\w*(?:apikey|token|password|secret)=)[^&\s"\\]+/gi,
  /((?:authorization|apikey|api-key|cookie)\\*"[:,]\[?\\*")[^"\\]+/gi
]

/** A line without any of these, which most are, needs no redaction: searched in a twentieth of the time. */
const HINTS = [
  'eyJ',
  'sb_',
  'bearer ',
  'token=',
  'apikey',
  'password=',
  'secret=',
  'authorization',
  'api-key',
  'cookie'
]

/** A shorter one might be an ordinary word of the log. */
const MIN_SECRET_LENGTH = 16

/**
 * pino's options. Lines are formatted for people if `readable` and pino-pretty is installed. Keys that come in the place of
 * those of the settings are to be added to `redactor`.
 */
export function loggerOptions(
  config: Config,
  output: Pick<LogOutput, 'write' | 'flushSync'>,
  readable = false,
  redactor = new Redactor(config)
) {
  const format = (readable && loadFormatter()) || String
  return {
    level: config.LOG_LEVEL,
    serializers: { err: (error: unknown) => describeError(error) },
    stream: {
      // The finished line, so that it does not matter how a secret got into it.
      write: (line: string) => output.write(format(redactor.redact(line))),
      flushSync: () => output.flushSync()
    }
  }
}

/** Redacts whatever looks like a secret, those of the settings, and those that are added. */
export class Redactor {
  /** As they stand in JSON, escaped. */
  readonly #own = new Set<string>()
  #hints = /$^/
  #secrets = /$^/

  constructor({ SUPABASE_KEY = '', SUPABASE_SERVICE_KEY = '', ADMIN_TOKEN = '' }: Partial<Config>) {
    this.add([SUPABASE_KEY, SUPABASE_SERVICE_KEY, ADMIN_TOKEN])
  }

  add(secrets: readonly string[]): void {
    for (const secret of secrets) {
      if (secret.length >= MIN_SECRET_LENGTH) this.#own.add(RegExp.escape(JSON.stringify(secret).slice(1, -1)))
    }
    this.#hints = new RegExp([...this.#own, ...HINTS].join('|'), 'i')
    this.#secrets = new RegExp([...this.#own, ...SECRETS.map(({ source }) => source)].join('|'), 'gi')
  }

  redact(line: string): string {
    if (!this.#hints.test(line)) return line
    const text = line.replace(this.#secrets, REDACTED)
    return AFTER.reduce((rest, pattern) => rest.replace(pattern, `$1${REDACTED}`), text)
  }
}

/** How many errors of a chain of causes are logged. */
const MAX_CAUSES = 5

interface ErrorDescription {
  [key: string]: unknown
  type: string
  message: string
  stack: string
}

/**
 * An error without its further properties: libraries attach requests with their headers to theirs. An expected failure is
 * identified by its code and its causes; the same stack in each line of an outage adds nothing.
 */
export function describeError(error: unknown): ErrorDescription {
  return describeCause(error, 1, true)
}

function describeCause(error: unknown, depth: number, withStack: boolean): ErrorDescription {
  try {
    return describe(error, depth, withStack)
  } catch {
    // A getter has thrown, or there is no text of what is in the place of one.
    return { type: typeof error, message: 'An error that cannot be read was thrown', stack: '' }
  }
}

function describe(error: unknown, depth: number, mayHaveStack: boolean): ErrorDescription {
  if (!(error instanceof Error)) {
    return { type: typeof error, message: 'Something other than an error was thrown', stack: '' }
  }
  const withStack = mayHaveStack && !isExpected(error)
  const { name: type, message, code, stack = '', cause } = error as NodeJS.ErrnoException
  return {
    type,
    message,
    code,
    stack: withStack ? stack : '',
    ...(cause !== undefined && depth < MAX_CAUSES && { cause: describeCause(cause, depth + 1, withStack) })
  }
}

/** Whether its status tells that it is no bug: Supabase, the pool and the readiness check fail with 502, 503 or 504. */
function isExpected(error: Error): boolean {
  return 'statusCode' in error && Number(error.statusCode) > 500
}

function loadFormatter(): ((line: string) => string) | undefined {
  try {
    const { prettyFactory } = createRequire(import.meta.url)('pino-pretty')
    return prettyFactory({ translateTime: 'HH:MM:ss.l', ignore: 'pid,hostname', singleLine: true })
  } catch {
    return undefined
  }
}
