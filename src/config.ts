import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import envSchema from 'env-schema'
import { type Static, Type } from 'typebox'
import { trustedProxies } from './http/trusted-proxies.ts'
import { bypassesRowSecurity, classifyKey, type Keys } from './supabase/keys.ts'

const seconds = (description: string, value: number) =>
  Type.Number({ description: `${description}, in seconds`, default: value, exclusiveMinimum: 0, maximum: 1_000_000 })

const count = (description: string, value: number, minimum: number, maximum: number) =>
  Type.Integer({ description, default: value, minimum, maximum })

const secret = (description: string, minLength = 1) =>
  // What can stand in a header.
  Type.Optional(Type.String({ description, minLength, pattern: '^[\\x21-\\x7e]+$' }))

const POOL_SIZE = { min: 2, max: 10 }

/** Every setting: its name in the environment, its type, its default and what it means. */
export const settings = Type.Object({
  SUPABASE_URL: Type.Optional(Type.String({ description: 'The URL of the Supabase project' })),
  SUPABASE_KEY: secret("The project's anon or publishable key"),
  SUPABASE_SERVICE_KEY: secret("The project's service role or secret key; SUPABASE_KEY unless set"),
  SUPABASE_REQUEST_TIMEOUT: seconds('How long Supabase may take to respond once the request has a connection', 10),
  COALESCE_READS: Type.Boolean({
    description: 'Whether identical concurrent reads with the same credentials share one request to Supabase',
    default: true
  }),
  CACHE_SECONDS: count(
    'How long responses to anonymous reads are served from memory before Supabase is asked again, in seconds; 0 for no cache',
    0,
    0,
    86_400
  ),
  CACHE_STALE_SECONDS: count(
    'How much longer the cache serves responses while Supabase fails, in seconds',
    3600,
    0,
    1_000_000
  ),
  DB_POOL_MIN_SIZE: count('Connections to Supabase that are kept open', POOL_SIZE.min, 0, 1000),
  DB_POOL_MAX_SIZE: count('Maximum number of connections to Supabase', POOL_SIZE.max, 1, 1000),
  DB_POOL_TIMEOUT: seconds('Maximum age of a connection to Supabase', 1800),
  DB_POOL_ACQUIRE_TIMEOUT: seconds('How long a request may wait for a connection to Supabase', 10),
  DB_POOL_MAX_WAITING: count('Maximum number of requests that wait for a connection at a time', 1000, 0, 1_000_000),
  GATEWAY: Type.Enum(['off', 'read', 'all'], {
    description: "What passes through to Supabase's Data API below /rest/v1/: nothing, reads or everything",
    default: 'off'
  }),
  GATEWAY_TABLES: Type.Optional(
    Type.String({
      description:
        'The tables and views that the gateway is narrowed to, and rpc/ with the name of a function, separated by commas; ' +
        'all unless set'
    })
  ),
  HOST: Type.String({ description: 'The address to listen on', default: '0.0.0.0', minLength: 1 }),
  PORT: count('The port to listen on; 0 for any free one', 5000, 0, 65_535),
  CLIENT_TIMEOUT: seconds('How long a client may take to send a request, and to read the next part of a response', 10),
  KEEP_ALIVE_TIMEOUT: seconds(
    'How long an idle client connection stays open; longer than the idle timeout of a load balancer in front',
    75
  ),
  TRUST_PROXY: Type.Optional(
    Type.String({
      description:
        'The proxies whose X-Forwarded-For is trusted: addresses or subnets, comma-separated, or true for any sender'
    })
  ),
  RATE_LIMIT: count('Requests per minute that a client address may send; 0 for no limit', 0, 0, 1_000_000),
  MAX_EVENT_LOOP_DELAY: seconds('Mean event loop delay above which requests are refused with 503', 0.5),
  CORS_ORIGIN: Type.Optional(
    Type.String({
      description: 'The origins whose pages may read responses, comma-separated, or *; none unless set'
    })
  ),
  PAGE: Type.Boolean({ description: 'Whether browsers get a page at /; others get JSON either way', default: true }),
  ADMIN_TOKEN: secret(
    'The bearer token for /supabase/tables, /pool/stats, /metrics and /cache; at least 16 characters',
    16
  ),
  NODE_ENV: Type.Enum(['development', 'test', 'production'], {
    description: 'production requires a Supabase project, and ADMIN_TOKEN for /supabase/tables and DELETE /cache',
    default: 'development'
  }),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    description: 'The least severe level that is logged',
    default: 'info'
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: Type.Optional(
    Type.String({ description: 'Where to send traces, by OTLP over HTTP; no traces unless set' })
  ),
  // With what comes after it, less than the ten seconds after which podman and docker kill.
  SHUTDOWN_TIMEOUT: seconds('How long in-flight requests may take to finish at shutdown', 8)
})

/** How a number is written; by itself ajv also reads `Infinity`, which passes its limits, and ` ` as 0. */
const NUMBER = /^-?\d{1,15}(\.\d{1,15})?$/

/** The settings as read; durations are seconds. */
export type Config = Readonly<Static<typeof settings>>

/** Variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The settings that are secret, with the other names that Supabase has for them. */
const SECRETS = {
  SUPABASE_KEY: ['SUPABASE_ANON_KEY', 'SUPABASE_PUBLISHABLE_KEY'],
  SUPABASE_SERVICE_KEY: ['SUPABASE_SERVICE_ROLE_KEY', 'SUPABASE_SECRET_KEY'],
  ADMIN_TOKEN: []
}

/** The configuration is invalid; the message has a line for everything that is wrong and shows no value. */
export class ConfigError extends Error {
  constructor(faults: readonly string[]) {
    super(['Invalid configuration:', ...faults].join('\n  - '))
    this.name = 'ConfigError'
  }
}

/** The variables of a `.env` file, which need not exist; the process's own take precedence. Throws a `ConfigError`. */
export function withDotEnv(environment: Environment, path = '.env'): Environment {
  let text: string
  try {
    text = readText(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return environment
    throw new ConfigError([`${path} ${describeReadError(error)}`])
  }
  const set = Object.entries(environment).filter(([, value]) => value)
  return { ...parseEnv(text), ...Object.fromEntries(set) }
}

/** Reads the settings. Throws a `ConfigError` that names all faults at once. */
export function loadConfig(environment: Environment): Config {
  const faults: string[] = []
  const invalid = new Set<string>()
  const values = readValues(environment, faults, invalid)
  let config: Config | undefined
  try {
    config = envSchema<Config>({ schema: settings, data: values, env: false })
  } catch (error) {
    faults.push(...schemaFaults(error as SchemaError))
  }
  faults.push(...contradictions(values, invalid))
  if (!config || faults.length) throw new ConfigError(faults)
  return Object.freeze(config)
}

/** The project's keys as they stand in the environment and its files now. Throws a `ConfigError`. */
export function readKeys(environment: Environment): Keys {
  const names = ['SUPABASE_URL', ...keySources().flatMap((name) => [name, `${name}_FILE`])]
  const relevant = Object.fromEntries(names.map((name) => [name, environment[name]]))
  const { SUPABASE_KEY: anon = '', SUPABASE_SERVICE_KEY: service = anon } = loadConfig(relevant)
  return { anon, service }
}

/** The files that the keys are read from: when one changes, `readKeys` gives the new ones. */
export function keyFiles(environment: Environment): string[] {
  return keySources().flatMap((name) => environment[`${name}_FILE`] || [])
}

function keySources(): string[] {
  const { SUPABASE_KEY, SUPABASE_SERVICE_KEY } = SECRETS
  return ['SUPABASE_KEY', ...SUPABASE_KEY, 'SUPABASE_SERVICE_KEY', ...SUPABASE_SERVICE_KEY]
}

/**
 * What is set, under the settings' own names. An empty variable counts as one that is not set. `invalid` gets the names of
 * those that are set and have no usable value, so that nothing more is said of them.
 */
function readValues(environment: Environment, faults: string[], invalid: Set<string>): Record<string, string> {
  const values: Record<string, string> = {}
  for (const [name, schema] of Object.entries(settings.properties)) {
    const value = environment[name]
    if (!value) continue
    const isNumber = Type.IsNumber(schema) || Type.IsInteger(schema)
    if (isNumber && !NUMBER.test(value)) {
      faults.push(`${name} must be a number in plain digits`)
      invalid.add(name)
    } else values[name] = value
  }
  const secrets: Partial<Record<keyof typeof SECRETS, Secret>> = {}
  for (const name of Object.keys(SECRETS) as (keyof typeof SECRETS)[]) {
    const found: Secret[] = []
    for (const source of [name, ...SECRETS[name]]) {
      try {
        found.push(...readSecrets(environment, source))
      } catch (error) {
        faults.push((error as Error).message)
        invalid.add(name)
      }
    }
    const [first, ...others] = found
    const other = others.find(({ value }) => value !== first?.value)
    if (first && other) faults.push(`${first.source} and ${other.source} contradict each other: set one of them`)
    if (!first) continue
    values[name] = first.value
    secrets[name] = first
  }
  faults.push(...findKeyFaults(secrets.SUPABASE_KEY, secrets.SUPABASE_SERVICE_KEY))
  return values
}

interface Secret {
  /** The variable that it comes from. */
  readonly source: string
  readonly value: string
}

/** Keys in each other's place: anonymous callers would read what row level security hides from them. */
function findKeyFaults(anon: Secret | undefined, service: Secret | undefined): string[] {
  const faults: string[] = []
  if (anon && bypassesRowSecurity(classifyKey(anon.value))) {
    faults.push(
      `${anon.source} must be the project's publishable or anon key, not a ${classifyKey(anon.value)} key, with which ` +
        'every caller bypasses row level security: set that as SUPABASE_SERVICE_KEY'
    )
  }
  if (service && service.value !== anon?.value && bypassesRowSecurity(classifyKey(service.value)) === false) {
    faults.push(
      `${service.source} must be the project's secret or service role key, not a ${classifyKey(service.value)} key: ` +
        'set the right one, or none'
    )
  }
  return faults
}

/** What this variable and the file that its `_FILE` names hold. Throws when the file holds no text. */
function readSecrets(environment: Environment, name: string): Secret[] {
  const found = environment[name] ? [{ source: name, value: environment[name] }] : []
  const source = `${name}_FILE`
  const path = environment[source]
  if (!path) return found
  let value: string
  try {
    value = readText(path).trim()
  } catch (error) {
    throw new Error(`${source} names a file that ${describeReadError(error)}`)
  }
  if (!value) throw new Error(`${source} names a file that is empty`)
  return [...found, { source, value }]
}

const INVALID_UTF8 = 'ERR_ENCODING_INVALID_ENCODED_DATA'

/** A text file's content, without a byte order mark. What is not UTF-8, or has NUL bytes as UTF-16 has, is refused. */
function readText(path: string): string {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  if (text.includes('\0')) throw Object.assign(new TypeError('The text has NUL bytes'), { code: INVALID_UTF8 })
  return text
}

function describeReadError(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  return code === INVALID_UTF8 ? 'is not UTF-8 text: save it as UTF-8' : `cannot be read (${code})`
}

interface SchemaError {
  errors: {
    instancePath: string
    keyword: string
    message: string
    params: { allowedValues?: string[]; limit?: number; type?: string }
  }[]
}

function schemaFaults({ errors }: SchemaError): string[] {
  return errors.map(({ instancePath, keyword, message, params }) => {
    const name = instancePath.slice(1)
    if (keyword === 'enum') return `${name} must be one of ${params.allowedValues?.join(', ')}`
    if (keyword === 'minLength') return `${name} must have at least ${params.limit} visible characters`
    if (keyword === 'type' && params.type === 'boolean') return `${name} must be true or false`
    if (keyword === 'pattern') return `${name} must consist of visible ASCII characters`
    return `${name} ${message}`
  })
}

/** What no schema of single settings can say. */
function contradictions(values: Readonly<Record<string, string>>, invalid: ReadonlySet<string>): string[] {
  const faults: string[] = []
  const { SUPABASE_URL, SUPABASE_KEY, SUPABASE_SERVICE_KEY, NODE_ENV, OTEL_EXPORTER_OTLP_ENDPOINT } = values
  const { DB_POOL_MIN_SIZE: min = POOL_SIZE.min, DB_POOL_MAX_SIZE: max = POOL_SIZE.max } = values
  const hasSizes = !invalid.has('DB_POOL_MIN_SIZE') && !invalid.has('DB_POOL_MAX_SIZE')
  if (hasSizes && Number(min) > Number(max)) {
    faults.push('DB_POOL_MIN_SIZE must not be greater than DB_POOL_MAX_SIZE')
  }
  if (OTEL_EXPORTER_OTLP_ENDPOINT && !isPlainUrl(OTEL_EXPORTER_OTLP_ENDPOINT)) {
    faults.push('OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https URL without query or password')
  }
  if (SUPABASE_URL) {
    if (!isPlainUrl(SUPABASE_URL)) faults.push('SUPABASE_URL must be an http or https URL without query or password')
    else if (/\/rest\/v1\/*$/.test(SUPABASE_URL))
      faults.push("SUPABASE_URL must be the project's own, without /rest/v1")
    if (!SUPABASE_KEY && !invalid.has('SUPABASE_KEY'))
      faults.push('SUPABASE_KEY is missing: a project at SUPABASE_URL needs it')
  } else if (NODE_ENV === 'production') {
    faults.push('SUPABASE_URL is missing: production needs a Supabase project')
  } else if (SUPABASE_KEY || SUPABASE_SERVICE_KEY) {
    faults.push('SUPABASE_URL is missing: a key without its project is of no use')
  }
  const { TRUST_PROXY, CORS_ORIGIN, GATEWAY, GATEWAY_TABLES } = values
  if (!SUPABASE_URL && GATEWAY && GATEWAY !== 'off') {
    faults.push('GATEWAY needs a project at SUPABASE_URL: the embedded Supabase has no key that a client could send')
  }
  try {
    trustedProxies(TRUST_PROXY)
  } catch (error) {
    faults.push(`TRUST_PROXY ${(error as Error).message}`)
  }
  if (CORS_ORIGIN && CORS_ORIGIN !== '*' && !CORS_ORIGIN.split(',').every((origin) => isOrigin(origin.trim()))) {
    faults.push('CORS_ORIGIN must be origins such as https://example.org, separated by commas, or *')
  }
  if (GATEWAY_TABLES && !GATEWAY_TABLES.split(',').every((name) => /^(rpc\/)?[^/\s]+$/.test(name.trim()))) {
    faults.push('GATEWAY_TABLES must be names of tables, or rpc/ and the name of a function, separated by commas')
  }
  return faults
}

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.parse(text)?.origin === text
}

function isPlainUrl(text: string): boolean {
  const url = URL.parse(text)
  return (
    url !== null && /^https?:$/.test(url.protocol) && `${url.username}${url.password}${url.search}${url.hash}` === ''
  )
}
